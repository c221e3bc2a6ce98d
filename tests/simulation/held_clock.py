"""The one clock of a simulation: it stands still while anything works, and jumps when somebody waits."""

from datetime import datetime

import support


class HeldClock(support.HeldClock):
    """The clock of the library and, by ``timestamp``, of the fake. One thread at a time waits on it."""

    def timestamp(self) -> float:
        """The moment in seconds since 1970."""
        return self.now().timestamp()

    def until(self, moment: datetime) -> None:
        """Let time pass until a moment, if that is to come."""
        self.advance(max(0.0, (moment - self.now()).total_seconds()))
