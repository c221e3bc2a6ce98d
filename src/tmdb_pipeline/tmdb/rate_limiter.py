"""The rate gate: every request passes it, from whichever thread, and leaves at its own moment."""

import threading
from math import inf

from tmdb_pipeline.clock import Clock

#: The part of the limit that is left unused. Requests leave evenly paced but arrive unevenly; with this head-room a
#: window of one second at the server holds no more than the limit while arrivals shift by up to 40 ms.
HEADROOM = 0.04


class Held(Exception):
    """The gate is held for longer than a caller can wait: for so many ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RateGate:
    """Lets at most ``per_second`` requests pass each second, evenly paced, the first at once.

    ``None`` leaves the gate open. Safe to use from many threads.
    """

    def __init__(self, per_second: float | None, *, clock: Clock) -> None:
        self._interval = 0.0 if per_second is None else 1 / (per_second * (1 - HEADROOM))
        self._clock = clock
        self._lock = threading.Lock()
        self._next = -inf
        self._held_until = -inf

    def wait(self, until: float = inf) -> None:
        """Return when the caller may send one request.

        A caller whose moment comes while the gate is held (``hold``) takes a new one after the hold.

        Raises:
            Held: the hold ends after ``until``, a moment of the clock. Only a hold is refused: the pace is waited for.
        """
        while True:
            with self._lock:
                now = self._clock.monotonic()
                if self._held_until > max(now, until):
                    raise Held(self._held_until - now)
                moment = max(now, self._next, self._held_until)
                self._next = moment + self._interval
            self._sleep_until(moment)
            with self._lock:
                if self._held_until <= moment:
                    return

    def hold(self, seconds: float) -> None:
        """Let nothing pass for this long: the server said that we ask too often. Another hold never shortens it."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.monotonic() + seconds)

    def _sleep_until(self, moment: float) -> None:
        delay = moment - self._clock.monotonic()
        if delay > 0:
            self._clock.sleep(delay)
