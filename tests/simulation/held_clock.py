"""The one clock of a simulation: it stands still while anything works, and jumps when somebody waits."""

from datetime import datetime, timedelta


class HeldClock:
    """The clock of the library and, by ``timestamp``, of the fake. One thread at a time waits on it."""

    def __init__(self, now: datetime) -> None:
        """Begin at an aware moment."""
        self._now = now
        self._started = now

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return (self._now - self._started).total_seconds()

    def now(self) -> datetime:
        """The moment, aware."""
        return self._now

    def timestamp(self) -> float:
        """The moment in seconds since 1970."""
        return self._now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let so much time pass, at once."""
        self._now += timedelta(seconds=seconds)

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment, if that is to come."""
        self._now = max(self._now, moment)

    def stop(self) -> None:
        """Nobody sleeps on it."""
