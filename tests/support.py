"""What tests of several folders share."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class HeldClock:
    """A clock that stands still until somebody sleeps on it: then it moves by just that, and remembers it."""

    def __init__(self, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = Lock()
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self._elapsed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._elapsed += seconds

    def stop(self) -> None:
        """Nobody really sleeps on this clock, so there is nobody to wake."""

    advance = sleep
