"""What one channel has to send, by the ledger: picked, claimed, sent, written down.

Before a process sends something it claims it in the ledger, so that of several who find it waiting one does. A claim
that led nowhere ends by itself.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Kept, Ledger
from tmdb_pipeline.alerts.message import Message, mended, raised
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.language import Language

log = logging.getLogger(__name__)

#: For so long nobody else sends what a process has claimed; longer than any takes to send it.
CLAIM: Final = timedelta(seconds=30)
#: What is over for longer is told no more.
STALE: Final = timedelta(days=1)
#: Messages that wait and that one process sends at most.
MOST: Final = 10


class NotSent(Exception):
    """A channel has not sent a message. It says why, without a full stop, and holds no secret."""


class Refused(NotSent):
    """A channel has refused this message. The next one it may take."""


class Unanswered(NotSent):
    """A channel was given the whole message, and has not said in time whether it takes it: most will have it."""


class Channel(Protocol):
    """A way to tell people."""

    @property
    def name(self) -> str:
        """By which it is known in the ledger."""

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            NotSent: it could not be sent.
        """


class Post:
    """One channel, and the ledger that says what it has to send; without a ledger, nothing waits."""

    def __init__(
        self, channel: Channel, ledger: Ledger | None, language: Language, now: Callable[[], datetime]
    ) -> None:
        self.channel = channel
        self._ledger = ledger
        self._language = language
        self._now = now

    def send_new(self, kept: Kept) -> None:
        """Send an alert that this process has raised, whether it could be written down or not.

        Raises:
            NotSent: it could not be sent.
        """
        if is_due(kept, self.channel.name) and self._claim(kept, is_ours=True):
            self._send([kept])

    def send_waiting(self, go_on: Callable[[], bool]) -> None:
        """Send what could not be sent before, the oldest first, as long as there is time.

        Raises:
            LakeError: the ledger cannot be read.
            NotSent: a message could not be sent, and the next ones would not be, either.
            Refused: one of them was refused, and all others were sent.
        """
        refused: Refused | None = None
        for group in _groups(self._ledger.waiting() if self._ledger else [], self.channel.name)[:MOST]:
            if go_on() and (claimed := [kept for kept in group if self._claim(kept)]):
                try:
                    self._send(claimed)
                except Refused as error:
                    refused = error
        if refused:
            raise refused

    def _send(self, group: Sequence[Kept]) -> None:
        tells_raising = is_due(group[0], self.channel.name)
        message = raised(group[0], self._language) if tells_raising else mended(group, self._language)
        try:
            self.channel.send(message)
        except Unanswered as error:  # sent again, it would come twice, and again every hour
            log.warning("%s: it counts as sent.", error)
        except NotSent:
            for kept in group:
                self._change(kept, lambda there: _without_claim(there, self.channel.name))
            raise
        sent = {self.channel.name: self._now()}
        for kept in group:
            self._change(kept, lambda there: _sent(there, sent, tells_raising=tells_raising))
        log.info("Sent by %s: %s", self.channel.name, message.subject)

    def _claim(self, kept: Kept, *, is_ours: bool = False) -> bool:
        """Whether it is for this process to send what is kept: it is due still, and nobody else is at it."""
        now, name = self._now(), self.channel.name
        claimed = is_ours

        def change(there: Kept) -> Kept | None:
            nonlocal claimed
            since = there.claims.get(name)
            # One of the far future is by a clock that was ahead: it would keep the message back until then.
            is_free = since is None or abs(now - since) >= CLAIM
            claimed = since == now or (is_free and is_due(there, name) == is_due(kept, name))
            return msgspec.structs.replace(there, claims=there.claims | {name: now}) if claimed else None

        # Without a claim that is written down, what waits would be sent again and again.
        return (self._change(kept, change) or is_ours) and claimed

    def _change(self, kept: Kept, change: Callable[[Kept], Kept | None]) -> bool:
        """Change what is kept of it, if that is still there: False if it cannot be written down."""
        if self._ledger is None:
            return False
        try:
            self._ledger.change(
                kept.alert.key, lambda there: change(there) if there and there.raising == kept.raising else None
            )
        except LakeError as error:
            log.warning("It is not kept what was sent of %s: %s", kept.alert.key, error)
            return False
        return True


def is_due(kept: Kept, channel: str) -> bool | None:
    """What a channel has to say of it: True that it was raised, False that it is over, None nothing."""
    if kept.held:
        return None
    if kept.is_open or kept.alert.kind is Kind.HELD_BACK:
        return None if channel in kept.sent else True
    return None if channel in kept.mended_sent else False


def is_finished(kept: Kept, channels: Sequence[str], now: datetime) -> bool:
    """Whether nothing is to be said of it any more: it is over, and was told, or nobody needs to hear of it."""
    if kept.mended_at is None:
        return False
    return now - kept.mended_at >= STALE or all(is_due(kept, channel) is None for channel in channels)


def _groups(unfinished: Sequence[Kept], channel: str) -> list[list[Kept]]:
    """What is due, the oldest first: each that was raised for itself, and together what one event has mended."""
    groups: dict[object, list[Kept]] = {}
    for kept in reversed(unfinished):
        due = is_due(kept, channel)
        if due is not None:
            what = kept.raising if due else (kept.alert.subject, kept.mended_at)
            groups.setdefault(what, []).append(kept)
    return [*groups.values()]


def _without_claim(kept: Kept, channel: str) -> Kept:
    return msgspec.structs.replace(kept, claims={name: at for name, at in kept.claims.items() if name != channel})


def _sent(kept: Kept, sent: dict[str, datetime], *, tells_raising: bool | None) -> Kept:
    kept = _without_claim(kept, *sent)
    if tells_raising:
        return msgspec.structs.replace(kept, sent=kept.sent | sent)
    return msgspec.structs.replace(kept, mended_sent=kept.mended_sent | sent)
