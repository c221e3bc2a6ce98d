"""Time for several threads that wait: it stands still while one of them works, and jumps once all of them wait."""

import heapq
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Condition


class VirtualClock:
    """The clock of a client and of the fake that it asks, so that both agree to the microsecond.

    Threads that sleep on it say by ``working`` that they count. A thread that works takes no time at all; when all are
    asleep, time jumps to the moment at which the first of them wakes. No real time passes.
    """

    def __init__(self, start=datetime(2024, 1, 1, 17, 0, tzinfo=UTC)):
        self.start = start
        self._elapsed = 0.0
        self._working = 0
        self._wakings = []
        self._moved = Condition()

    def monotonic(self):
        return self._elapsed

    def now(self):
        return self.start + timedelta(seconds=self._elapsed)

    def timestamp(self):
        """The moment in seconds since 1970, for the fake."""
        return self.start.timestamp() + self._elapsed

    def advance(self, seconds):
        """Move on while nobody works."""
        self._elapsed += seconds

    @contextmanager
    def working(self):
        """While this lasts, time moves only when this thread, and every other that works, sleeps."""
        with self._moved:
            self._working += 1
        try:
            yield
        finally:
            with self._moved:
                self._rest()

    def sleep(self, seconds):
        """Wait this long; only for threads that work."""
        with self._moved:
            waking = self._elapsed + seconds
            heapq.heappush(self._wakings, waking)
            self._rest()
            while self._elapsed < waking:
                self._moved.wait()

    def stop(self):
        """A client is closed here only when nobody sleeps any more."""

    def _rest(self):
        """One works less; if nobody does any more, wake those whose moment is the next."""
        self._working -= 1
        if self._working == 0 and self._wakings:
            self._elapsed = max(self._elapsed, self._wakings[0])
            while self._wakings and self._wakings[0] <= self._elapsed:
                heapq.heappop(self._wakings)
                self._working += 1
            self._moved.notify_all()
