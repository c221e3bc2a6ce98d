"""Telling people, in bounded time.

Whoever raises an alert also tries to send it, and whatever could not be sent before. All channels are served side by
side, so that none waits for another, and all of it ends in time. What could not be sent by then stays in the ledger,
for the next one who sends.
"""

import logging
import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Final, Generic, TypeVar

import msgspec

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import NOBODY, Kept, Ledger, Mender
from tmdb_pipeline.alerts.post import Channel, NotSent, Post, is_due, is_finished
from tmdb_pipeline.alerts.storm import Admission, Storm
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Count, Language, Said

log = logging.getLogger(__name__)

#: Seconds that all of it takes at most.
BUDGET: Final = 4.5
#: What part of it the lake is given to say whether an alert is new; after that the alert is sent as if it were.
_LAKE_SHARE: Final = 0.4

_HELD: Final = Said(
    "{held} more {held:alert|alerts} came within a minute, and {held:was|were} not sent one by one.",
    "1분 안에 알림 {held}건이 더 발생하여 개별로 보내지 않았습니다.",
)
_SEE: Final = Said(
    "Look at all of them on the page of this project in Airflow, or in raw/metadata/alerts of the data root.",
    "전체 목록은 Airflow의 TMDB 페이지나 데이터 루트의 raw/metadata/alerts에서 확인해 주십시오.",
)

T = TypeVar("T")


class Outbox:
    """What is to be sent by a lake's ledger, over these channels, in a language. No method fails, or takes too long."""

    def __init__(
        self,
        lake: Lake | None,
        channels: Sequence[Channel],
        language: Language,
        now: Callable[[], datetime],
        *,
        awaited: Sequence[str] = (),
        spare: Lake | None = None,
        budget: float = BUDGET,
    ) -> None:
        """Without a lake and a spare one, whatever is raised is sent, and nothing is kept.

        ``awaited`` are the names of channels that cannot be used now: what they have to send waits for them. ``spare``
        keeps what the lake cannot, on this machine, until the lake can: an alert about a lake that is gone is known
        when it is back, and told to be over.
        """
        self._ledger = Ledger(lake) if lake else None
        self._storm = Storm(lake) if lake else None
        self._spare = Ledger(spare) if spare else None
        self._channels = channels
        self._language = language
        self._now = now
        self._names = [*(channel.name for channel in channels), *awaited]
        self._budget = budget

    def tell(self, alert: Alert, told_by: Collection[str] = ()) -> None:
        """Raise an alert, and send it if it is the first of its key that is open; send what waits.

        ``told_by`` are the names of channels by which people know of it already: it is not sent by them.
        """
        end = time.monotonic() + self._budget
        unkept = Kept(alert=alert, raising="", sent=dict.fromkeys(told_by, self._now()))
        for ledger in (self._ledger, self._spare):
            if ledger is not None:
                entering = _Job[Kept | None](partial(self._enter, ledger, unkept), unkept)
                if not entering.wait(self._budget * _LAKE_SHARE):
                    log.warning("The data root does not answer: the alert %s is sent, and not kept there.", alert.key)
                elif entering.result is not unkept:
                    self._serve(end, entering.result, ledger)
                    return
        self._serve(end, unkept, None)

    def tell_mended(self, kinds: Sequence[Kind], subject: str, now: datetime, by: Mender = NOBODY) -> None:
        """Close what is open of these kinds about a subject, and send that it is over; send what waits."""
        end = time.monotonic() + self._budget
        if (ledger := self._ledger) is not None:

            def mend() -> None:
                self._take_over(ledger)
                for kind in kinds:
                    ledger.mend(kind, subject, now, by)

            if _Job(mend, None).wait(self._budget * _LAKE_SHARE):
                self._serve(end, None, ledger)

    def close(self, kinds: Sequence[Kind], subject: str, now: datetime) -> None:
        """Close what is open of these kinds about a subject without a word, as what is told instead says more."""
        if (ledger := self._ledger) is not None:

            def close() -> None:
                self._take_over(ledger)
                for kept in (kept for kind in kinds for kept in ledger.mend(kind, subject, now)):
                    ledger.file(kept)

            _Job(close, None).wait(self._budget * _LAKE_SHARE)

    def deliver(self) -> None:
        """Send what waits."""
        end = time.monotonic() + self._budget
        if (ledger := self._ledger) is not None:
            _Job(lambda: self._take_over(ledger), None).wait(self._budget * _LAKE_SHARE)
        self._serve(end, None, ledger)

    def _take_over(self, ledger: Ledger) -> None:
        """Take into the lake's ledger what was kept aside while the lake could not be written."""
        try:
            if self._spare is not None:
                self._spare.hand_over(ledger)
        except LakeError as error:
            log.warning("Alerts that the data root could not keep stay on this machine: %s", error)

    def _enter(self, ledger: Ledger, unkept: Kept) -> Kept | None:
        """Keep an alert: as it is to be sent, None if it is not to be, or as it was where it cannot be kept."""
        try:
            if ledger is self._ledger:
                self._take_over(ledger)
            kept = ledger.enter(unkept.alert, unkept.sent)
        except LakeError as error:
            log.warning("The alert %s is not kept: %s", unkept.alert.key, error)
            return unkept
        if kept is None or self._storm is None or ledger is self._spare:
            return kept
        admission = self._storm.admit(self._now())
        if admission is Admission.SENT:
            return kept
        marked = msgspec.structs.replace(kept, held=admission is Admission.HELD, is_last=admission is Admission.LAST)
        ledger.mark(marked)
        return None if marked.held else marked

    def _serve(self, end: float, new: Kept | None, ledger: Ledger | None) -> None:
        """Let every channel send what it has to, side by side, until the end; then put away what is finished."""

        def left() -> float:
            return end - time.monotonic()

        def serve(channel: Channel) -> None:
            post = Post(channel, ledger, self._language, self._now)
            if new:
                post.send_new(new)
            post.send_waiting(lambda: left() > 0)

        before = _Job(lambda: self._tell_held(ledger), None)
        before.wait(left() * _LAKE_SHARE)
        jobs = {channel.name: _Job(partial(serve, channel), None) for channel in self._channels}
        for name, job in jobs.items():
            if not job.wait(left()):
                log.warning("No alert could be sent by %s in time; what was not sent is sent with the next.", name)
        _Job(lambda: self._put_away(ledger), None).wait(left())

    def _tell_held(self, ledger: Ledger | None) -> None:
        """Raise an alert about those that were held back, once their minute is over."""
        now = self._now()
        if ledger is None or self._storm is None or not (held := self._storm.take_held(now)):
            return
        ledger.record(
            Alert(
                kind=Kind.HELD_BACK,
                raised_at=now,
                subject=f"{now:%H%M%S}",
                cause=_HELD.filled(held=Count(held)),
                advice=_SEE,
            )
        )

    def _put_away(self, ledger: Ledger | None) -> None:
        if ledger is not None:
            for kept in ledger.waiting():
                if is_finished(kept, self._names, self._now()):
                    ledger.file(kept)
                elif kept.is_open and all(is_due(kept, name) is None for name in self._names):
                    ledger.is_told(kept)


class _Job(Generic[T]):
    """Something that is done in a thread of its own, which keeps no process from ending."""

    def __init__(self, work: Callable[[], T], result: T) -> None:
        """Begin; ``result`` is what comes of it where it fails."""
        self.result = result
        self._thread = Thread(target=self._run, args=(work,), daemon=True, name="alerts")
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until it is done, for so long at most: whether it is."""
        self._thread.join(max(seconds, 0))
        return not self._thread.is_alive()

    def _run(self, work: Callable[[], T]) -> None:
        try:
            self.result = work()
        except (NotSent, LakeError) as error:
            log.warning("An alert waits to be sent: %s.", str(error).removesuffix("."))
        except Exception:
            log.exception("Alerts cannot be sent, because of a mistake in this program")
