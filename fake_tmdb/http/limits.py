"""The limits per address: requests in a time, and open connections."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

from fake_tmdb.faults.values import shown

# Arrivals waver on their way, and a client that paces itself exactly at the limit must pass: the window is shorter by
# this share.
TOLERANCE = 0.05
LONGEST = 86_400  # seconds
FORMS = ("modern", "historic", "date")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one address may do; None means no limit.

    `requests` in any `seconds`, and `connections` open at once (sockets only). `form` is that of the 429: `modern`
    without Retry-After, as recorded in 2023; `historic` with Retry-After in seconds and X-RateLimit headers on every
    answer, as until 2019; `date` with Retry-After as an HTTP date, never seen at TMDB.
    """

    requests: int | None = 40
    seconds: float = 1.0
    connections: int | None = 20
    form: Literal["modern", "historic", "date"] = "modern"

    def __post_init__(self) -> None:
        """Raise ValueError for a limit that cannot be."""
        for name, value in (("requests", self.requests), ("connections", self.connections)):
            if value is not None and (type(value) is not int or value < 1):
                raise ValueError(f"A limit of {name} is at least 1 and whole, or none, not {shown(value)}.")
        if type(self.seconds) not in {int, float} or not 0 < self.seconds <= LONGEST:
            raise ValueError(f"The time of a limit is above 0 seconds and at most a day, not {shown(self.seconds)}.")
        if self.form not in FORMS:
            raise ValueError(f"The form of a 429 is modern, historic or date, not {shown(self.form)}.")


NO_LIMITS = Limits(requests=None, connections=None)


class RateGate:
    """Counts the admitted requests of each address in a sliding window."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._admitted: dict[str, deque[float]] = defaultdict(deque)

    def admit(self, address: str, now: float) -> float:
        """Return 0.0 and count the request, or the seconds until the next one will be admitted.

        A refused request is not counted.
        """
        limits = self.limits
        if limits.requests is None:
            return 0.0
        window = limits.seconds * (1 - TOLERANCE)
        times = self._admitted[address]
        while times and not 0 <= now - times[0] < window:  # a clock that was set back opens the gate too
            times.popleft()
        if len(times) >= limits.requests:
            return times[0] + window - now
        times.append(now)
        return 0.0

    def remaining(self, address: str) -> int:
        """Return how many requests an address has left, for X-RateLimit-Remaining."""
        return max((self.limits.requests or 0) - len(self._admitted[address]), 0)

    def reset(self) -> None:
        """Forget everything counted."""
        self._admitted.clear()


class ConnectionGate:
    """Counts the open connections of each address."""

    def __init__(self) -> None:
        self._open: dict[str, int] = defaultdict(int)

    @property
    def total(self) -> int:
        """All open connections."""
        return sum(self._open.values())

    def enter(self, address: str) -> int:
        """Count a connection and return how many that address now has."""
        self._open[address] += 1
        return self._open[address]

    def leave(self, address: str) -> None:
        """Count a connection as closed."""
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]
