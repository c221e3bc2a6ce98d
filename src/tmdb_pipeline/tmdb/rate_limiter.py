"""The rate limiter: every request passes it, from whichever thread, and leaves at its own moment.

TMDB limits an address, not a key or a process: about 40 requests a second. Whoever asks from one address at the same
time has to keep to that limit together. So the moments at which requests may leave are kept in a ``Schedule``, which
may be this process's own (``OwnSchedule``), or one of all tasks of a machine or of all workers (``limits``).

A limit that was kept may still be met: another program may ask from the same address. TMDB then answers 429, perhaps
with a Retry-After. That is said to the schedule, so whoever met it blocks it for all who take their moments there, and
those who cannot wait for that long are turned away at once, without a request (``LimiterBlocked``).
"""

import threading
from dataclasses import dataclass
from math import inf
from typing import Protocol

from tmdb_pipeline.clock import Clock

#: The part of the limit that is left unused. Requests leave evenly paced but arrive unevenly; with this head-room a
#: window of one second at the server holds no more than the limit while arrivals shift by up to 100 ms, as they do
#: where a dozen tasks share two cores.
HEADROOM = 0.1
#: Seconds by which somebody may be late for a moment and still use it. A machine that is busy wakes a process late, and
#: requests that leave late meet the ones that leave in time: together they would be more than the limit.
LATE = 0.02
#: So many moments that were missed are given up by one caller. A machine that is always late has to get on, too.
_MISSED = 5


class LimiterBlocked(Exception):
    """The limiter is blocked for longer than a caller can wait: for so many ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Slot:
    """A moment for one request, by the schedule's own time, which comes in ``delay`` seconds."""

    moment: float
    delay: float


class Schedule(Protocol):
    """Where the moments are kept at which requests may leave. Safe to use from many threads."""

    def take(self, interval: float, patience: float) -> Slot:
        """The next moment that is free; the one after it is at least ``interval`` seconds later.

        Raises:
            LimiterBlocked: a block lasts longer than ``patience``, in seconds.
        """

    def stands(self, slot: Slot) -> bool:
        """Whether no block has come since that lasts beyond the moment."""

    def block(self, seconds: float) -> None:
        """Let nothing leave for so long. Another block never shortens it."""


@dataclass(slots=True)
class Moments:
    """The next moment that is free, and the one until which none is, in seconds of some clock."""

    free: float = 0.0
    blocked_until: float = 0.0

    def take(self, now: float, interval: float, patience: float) -> Slot:
        """As ``Schedule.take``."""
        if self.blocked_until > now + patience:
            raise LimiterBlocked(self.blocked_until - now)
        moment = max(now, self.free, self.blocked_until)
        self.free = moment + interval
        return Slot(moment, moment - now)

    def block(self, now: float, seconds: float) -> None:
        """As ``Schedule.block``."""
        self.blocked_until = max(self.blocked_until, now + seconds)


class OwnSchedule:
    """The schedule of one process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._moments = Moments(-inf, -inf)

    def take(self, interval: float, patience: float) -> Slot:
        """The next moment that is free; see ``Schedule``."""
        with self._lock:
            return self._moments.take(self._clock.monotonic(), interval, patience)

    def stands(self, slot: Slot) -> bool:
        """Whether no block has come since that lasts beyond the moment."""
        with self._lock:
            return self._moments.blocked_until <= slot.moment

    def block(self, seconds: float) -> None:
        """Let nothing leave for so long. Another block never shortens it."""
        with self._lock:
            self._moments.block(self._clock.monotonic(), seconds)


class RateLimiter:
    """Lets at most ``per_second`` requests pass each second, evenly paced, the first at once.

    ``None`` sets no limit. Safe to use from many threads.
    """

    def __init__(self, per_second: float | None, *, clock: Clock, schedule: Schedule | None = None) -> None:
        self._interval = 0.0 if per_second is None else 1 / (per_second * (1 - HEADROOM))
        self._clock = clock
        self._schedule = schedule or OwnSchedule(clock)

    def wait(self, until: float = inf) -> None:
        """Return when the caller may send one request.

        A caller whose moment comes while the limiter is blocked (``block``) takes a new one after that, and so does one
        who was late for it.

        Raises:
            LimiterBlocked: the block ends after ``until``, a moment of the clock. Only a block turns callers away: the
                pace is waited for.
        """
        missed = 0
        while True:
            now = self._clock.monotonic()
            slot = self._schedule.take(self._interval, max(0.0, until - now))
            if slot.delay <= 0:
                return
            self._clock.sleep(slot.delay)
            if not self._schedule.stands(slot):
                continue
            if missed >= _MISSED or self._clock.monotonic() <= now + slot.delay + LATE:
                return
            missed += 1

    def block(self, seconds: float) -> None:
        """Let nothing pass for this long: the server said that we ask too often. Another block never shortens it."""
        self._schedule.block(seconds)
