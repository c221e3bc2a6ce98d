"""The rate limiter: every request passes it, from whichever thread, and leaves at its own moment.

TMDB limits an address, not a key or a process: about 40 requests a second. Whoever asks from one address at the same
time has to share that limit, and shares are fixed beforehand instead of negotiated, so that tasks on several workers
need nothing in common: the pool of collecting tasks has so many slots, and each task's client gets the limit divided by
them (``Settings.share``), in requests a second and in connections alike. Within a client all threads pass one limiter,
so that a share is a share of requests, however many pages are read in parallel.

A limit that was kept may still be met: another program may ask from the same address. TMDB then answers 429, perhaps
with a Retry-After. That is said to the whole client, so the thread that met it blocks the limiter for all of them, and
those who cannot wait for that long are turned away at once, without a request (``LimiterBlocked``). Other clients of
the same address are not told; each meets a 429 of its own.
"""

import threading
from math import inf

from tmdb_pipeline.clock import Clock

#: The part of the limit that is left unused. Requests leave evenly paced but arrive unevenly; with this head-room a
#: window of one second at the server holds no more than the limit while arrivals shift by up to 40 ms.
HEADROOM = 0.04


class LimiterBlocked(Exception):
    """The limiter is blocked for longer than a caller can wait: for so many ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RateLimiter:
    """Lets at most ``per_second`` requests pass each second, evenly paced, the first at once.

    ``None`` sets no limit. Safe to use from many threads.
    """

    def __init__(self, per_second: float | None, *, clock: Clock) -> None:
        self._interval = 0.0 if per_second is None else 1 / (per_second * (1 - HEADROOM))
        self._clock = clock
        self._lock = threading.Lock()
        self._next = -inf
        self._blocked_until = -inf

    def wait(self, until: float = inf) -> None:
        """Return when the caller may send one request.

        A caller whose moment comes while the limiter is blocked (``block``) takes a new one after that.

        Raises:
            LimiterBlocked: the block ends after ``until``, a moment of the clock. Only a block turns callers away: the
                pace is waited for.
        """
        while True:
            with self._lock:
                now = self._clock.monotonic()
                if self._blocked_until > max(now, until):
                    raise LimiterBlocked(self._blocked_until - now)
                moment = max(now, self._next, self._blocked_until)
                self._next = moment + self._interval
            self._sleep_until(moment)
            with self._lock:
                if self._blocked_until <= moment:
                    return

    def block(self, seconds: float) -> None:
        """Let nothing pass for this long: the server said that we ask too often. Another block never shortens it."""
        with self._lock:
            self._blocked_until = max(self._blocked_until, self._clock.monotonic() + seconds)

    def _sleep_until(self, moment: float) -> None:
        delay = moment - self._clock.monotonic()
        if delay > 0:
            self._clock.sleep(delay)
