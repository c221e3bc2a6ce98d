"""The ledger of alerts: what is open, what was sent where, and what is over.

On the lake, so that all processes share it, and each alert goes out once whoever else raises it. What is open, or of
which it has yet to be told that it is over, lies in ``raw/metadata/alerts/open``, a file a key, and is changed in turns
(``Lake.change``). ``raw/metadata/alerts/waiting`` has an empty file of that name as long as there may be something to
send. What is over, and told, moves to the folder of the day, in Seoul, on which it was raised:
``raw/metadata/alerts/<YYYYMMDD>``.
"""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import msgspec

from tmdb_pipeline.alerts.alert import Alert, Kind, key_prefix
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError, RunInProgress
from tmdb_pipeline.lake.store import Lake, to_json

log = logging.getLogger(__name__)

_FOLDER = "raw/metadata/alerts"
OPEN = f"{_FOLDER}/open"
_WAITING = f"{_FOLDER}/waiting"


class Mender(NamedTuple):
    """The run that shows that something is over: Airflow's id, and its run date in Asia/Seoul where it is known."""

    run_id: str | None = None
    run_date: date | None = None


NOBODY = Mender()


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An alert in the ledger.

    Attributes:
        alert: what was raised first.
        raising: which raising of its key it is: a name made up for it.
        sent: when it was sent, by the name of the channel.
        repeats: how often it was raised again while it was open.
        held: whether it is not to be sent by itself, as too many came at once.
        is_last: whether it is the last that is sent before others are held.
        mended_at: since when it is over; None while it is open.
        mended_by: the run that mended it, if it was one: Airflow's id.
        mended_date: its run date in Asia/Seoul.
        mended_sent: when it was told that it is over, by the name of the channel.
        claims: since when a process has been sending it, by the name of the channel.
    """

    alert: Alert
    raising: str
    sent: dict[str, datetime] = {}
    repeats: int = 0
    held: bool = False
    is_last: bool = False
    mended_at: datetime | None = None
    mended_by: str | None = None
    mended_date: date | None = None
    mended_sent: dict[str, datetime] = {}
    claims: dict[str, datetime] = {}

    @property
    def is_open(self) -> bool:
        """Whether what it tells of is not over."""
        return self.mended_at is None


class Ledger:
    """The alerts of a lake."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def raise_(self, alert: Alert) -> bool:
        """Keep an alert: whether it is the first of its key that is open, and so is to be sent.

        Never fails: where the lake does not say, because it is full or gone, the alert is to be sent rather than lost,
        and the log says that it is not kept.
        """
        try:
            return self.enter(alert) is not None
        except LakeError as error:
            log.warning("The alert %s is not kept: %s", alert.key, error)
            return True

    def enter(self, alert: Alert, sent: Mapping[str, datetime] | None = None) -> Kept | None:
        """The same: the alert as it is kept if it is to be sent, or None if one of its key is open.

        One that is open about another run of the same date, or another cause of its failure, is over by that. ``sent``
        says by which channels people know of it already, and since when.

        Raises:
            LakeError: it cannot be kept, and is to be sent.
        """
        entered = Kept(alert=alert, raising=uuid4().hex, sent={**(sent or {})})
        return entered if self._enter(entered) else None

    def _enter(self, entered: Kept) -> bool:
        """Keep what was raised: whether it is news.

        Raises:
            LakeError: it cannot be kept, and is news.
        """
        alert = entered.alert
        earlier: Kept | None = None
        is_repeat = False

        def change(there: Kept | None) -> Kept:
            nonlocal earlier, is_repeat
            # The response to a put may be lost: then what is there is our own, and the earlier one is known already.
            if there is None or there.raising == entered.raising:
                return entered
            earlier, is_repeat = there, there.is_open and not _is_news(alert, there.alert)
            if is_repeat:
                return msgspec.structs.replace(there, repeats=there.repeats + 1, sent=there.sent | entered.sent)
            return entered

        try:
            self.change(alert.key, change)
            if earlier is None or not earlier.is_open:
                self._lake.write(f"{_WAITING}/{alert.key}", b"")
            if earlier is not None and not is_repeat:
                over = earlier.mended_at or alert.raised_at
                self._write_down(msgspec.structs.replace(earlier, mended_at=over))
        except LakeError:
            if not is_repeat:
                raise
        return not is_repeat

    def hand_over(self, to: "Ledger") -> None:
        """Move all that is kept to another ledger, which could not be written when it was raised.

        While another process does so it is left to that.

        Raises:
            LakeError: the other one cannot be written still.
        """
        if self._lake.files(OPEN):
            with suppress(RunInProgress), self._lake.exclusive(_FOLDER, "alerts"):
                for kept in self._read(OPEN):
                    to._enter(kept)  # noqa: SLF001 - another of this class
                    self._lake.delete(_open_file(kept.alert.key))
                    self.is_told(kept)

    def mark(self, kept: Kept) -> None:
        """Write down of an alert that was just entered whether it is held, or the last before others are.

        Never fails: what is not marked is sent.
        """

        def change(there: Kept | None) -> Kept | None:
            if there is None or there.raising != kept.raising:
                return None
            return msgspec.structs.replace(there, held=kept.held, is_last=kept.is_last)

        try:
            self.change(kept.alert.key, change)
        except LakeError as error:
            log.warning("The alert %s is not kept as it is: %s", kept.alert.key, error)

    def record(self, alert: Alert) -> None:
        """Keep an alert that tells of something past: to be sent, though it is over.

        Raises:
            LakeError: the lake cannot be written.
        """
        kept = Kept(alert=alert, raising=uuid4().hex, mended_at=alert.raised_at)
        self.change(alert.key, lambda there: there or kept)
        self._lake.write(f"{_WAITING}/{alert.key}", b"")

    def mend(self, kind: Kind, subject: str, now: datetime, by: Mender = NOBODY) -> list[Kept]:
        """Close what is open of a kind about a subject, at an aware moment: what was closed, as it is now.

        ``by`` is the run that shows that it is over, if one does.

        Raises:
            LakeError: the lake cannot be read or written.
        """
        prefix = key_prefix(kind, subject)
        found = self._read(OPEN, lambda name: name.startswith(prefix) and name.endswith(".json"))
        mine = [kept for kept in found if kept.is_open and (kept.alert.kind, kept.alert.subject) == (kind, subject)]
        closed = [mended for kept in mine if (mended := self._mend(kept.alert.key, now, by))]
        for kept in closed:
            self._lake.write(f"{_WAITING}/{kept.alert.key}", b"")
        return closed

    def open(self) -> list[Kept]:
        """What is open, newest first.

        Raises:
            LakeError: the lake cannot be read.
        """
        return [kept for kept in self._read(OPEN) if kept.is_open]

    def waiting(self) -> list[Kept]:
        """What may have yet to be sent: that it was raised, or that it is over. Newest first.

        Raises:
            LakeError: the lake cannot be read.
        """
        keys = {*self._lake.files(_WAITING)}
        return self._read(OPEN, lambda name: name.removesuffix(".json") in keys) if keys else []

    def is_told(self, kept: Kept) -> None:
        """Note that there is nothing to send of it any more, until it is over.

        Raises:
            LakeError: the lake cannot be written.
        """
        self._lake.delete(f"{_WAITING}/{kept.alert.key}")

    def between(self, first: date, last: date) -> list[Kept]:
        """What was raised on these days and those between them, in Seoul, newest first.

        Raises:
            LakeError: the lake cannot be read.
        """
        days = [first + timedelta(number) for number in range((last - first).days + 1)]
        closed = [kept for day in days for kept in self._read(f"{_FOLDER}/{day:%Y%m%d}")]
        there = {kept.raising for kept in closed}
        unfinished = [
            kept
            for kept in self._read(OPEN)
            if first <= kept.alert.raised_at.astimezone(SEOUL).date() <= last and kept.raising not in there
        ]
        return _newest_first([*closed, *unfinished])

    def change(self, key: str, change: Callable[[Kept | None], Kept | None]) -> None:
        """Write down anew what is kept of a key, by what is there: None where that is nothing, or is none of ours.

        Nothing is written where ``change`` gives None.

        Raises:
            LakeError: the lake cannot be read or written.
        """

        def of_bytes(data: bytes | None) -> bytes | None:
            changed = change(None if data is None else _parsed(data))
            return None if changed is None else to_json(changed)

        self._lake.change(_open_file(key), of_bytes)

    def file(self, kept: Kept) -> None:
        """Move what is over, and told, from what is open to its day.

        Raises:
            LakeError: the lake cannot be written.
        """
        self._write_down(kept)
        self._lake.delete(_open_file(kept.alert.key))
        self.is_told(kept)

    def _write_down(self, kept: Kept) -> None:
        raised = kept.alert.raised_at.astimezone(SEOUL)
        self._lake.write(f"{_FOLDER}/{raised:%Y%m%d}/{raised:%H%M%S}.{kept.alert.key}.json", to_json(kept))

    def _mend(self, key: str, now: datetime, by: Mender) -> Kept | None:
        """Close what is kept of a key: None where another process was faster."""
        mended: Kept | None = None

        def change(there: Kept | None) -> Kept | None:
            nonlocal mended
            if there is None or not there.is_open:
                mended = mended if there == mended else None  # our own, whose response was lost, or another's
                return None
            mended = msgspec.structs.replace(there, mended_at=now, mended_by=by.run_id, mended_date=by.run_date)
            return mended

        self.change(key, change)
        return mended

    def _read(self, folder: str, wanted: Callable[[str], bool] = lambda name: name.endswith(".json")) -> list[Kept]:
        """What is kept in a folder, newest first. What cannot be read is none of ours, or was moved just now."""
        found: list[Kept | None] = []
        for name in filter(wanted, self._lake.files(folder)):
            path = f"{folder}/{name}"
            try:
                found.append(_parsed(self._lake.read(path)))
            except LakeError:
                if self._lake.exists(path):
                    raise
        return _newest_first([kept for kept in found if kept])


def _is_news(alert: Alert, there: Alert) -> bool:
    """Whether an alert of the same key tells something else: who has mended the first cause has to hear of a second."""
    which = {Kind.RUN_FAILED, Kind.QUALITY_FAILED}
    return alert.kind in which and (alert.run_id, alert.cause) != (there.run_id, there.cause)


def _open_file(key: str) -> str:
    return f"{OPEN}/{key}.json"


def _parsed(data: bytes) -> Kept | None:
    """What is kept in a file; None where that is none of ours, or half-written by another program."""
    try:
        return document.read(data, Kept)
    except DocumentError as error:
        log.warning("A file of alerts is passed over, since it is none of this pipeline: %s.", error)
        return None


def _newest_first(found: list[Kept]) -> list[Kept]:
    return sorted(found, key=lambda kept: kept.alert.raised_at, reverse=True)
