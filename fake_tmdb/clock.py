"""Time as the fake knows it: it runs like the real one until somebody freezes or moves it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LATEST = 250_000_000_000  # in the year 9892: later dates have no form in HTTP


class Clock:
    """Seconds since 1970 in UTC, up to LATEST; setting another time raises ValueError.

    `source` gives the real time and is only replaced in tests of the clock itself.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._offset = 0.0
        self._frozen_at: float | None = None

    @classmethod
    def starting(cls, at: float) -> Clock:
        """Return a clock that runs from a time on, also after a reset."""
        first, begun = _possible(at), time.monotonic()
        return cls(lambda: first + time.monotonic() - begun)

    def now(self) -> float:
        """Return the fake's time."""
        return self._source() + self._offset if self._frozen_at is None else self._frozen_at

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen_at is not None

    def freeze(self, at: float | None = None) -> None:
        """Stop the clock at a time, by default the present one."""
        self._frozen_at = self.now() if at is None else _possible(at)

    def move(self, seconds: float) -> None:
        """Set the clock forward (or back), whether it runs or stands."""
        moved = _possible(self.now() + seconds)
        if self._frozen_at is None:
            self._offset += seconds
        else:
            self._frozen_at = moved

    def run(self, at: float | None = None) -> None:
        """Let time run on, from where it stands or from a given time."""
        self._offset = (self.now() if at is None else _possible(at)) - self._source()
        self._frozen_at = None

    def reset(self) -> None:
        """Return to the real time."""
        self._offset, self._frozen_at = 0.0, None


def _possible(at: float) -> float:
    if not 0 <= at <= LATEST:
        raise ValueError(f"The clock stands between 0 and {LATEST} seconds since 1970, not at {at}.")
    return at
