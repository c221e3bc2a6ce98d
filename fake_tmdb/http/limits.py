"""The limits per address: requests in a time, and open connections; and the 429 beyond them."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from fake_tmdb.api.responses import failure, http_date
from fake_tmdb.api.statuses import TOO_MANY_REQUESTS
from fake_tmdb.faults.values import shown

if TYPE_CHECKING:
    from fake_tmdb.api.responses import Response
    from fake_tmdb.http.cache import Headers

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
    response, as until 2019; `date` with Retry-After as an HTTP date, never seen at TMDB.
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


class RateLimiter:
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
        while times and not 0 <= now - times[0] < window:  # a clock that was set back admits again too
            times.popleft()
        if len(times) >= limits.requests:
            return times[0] + window - now
        times.append(now)
        return 0.0

    def remaining(self, address: str) -> int:
        """Return how many requests an address has left."""
        return max((self.limits.requests or 0) - len(self._admitted[address]), 0)

    def headers(self, address: str, now: float) -> Headers:
        """Return the headers that the historic form sends with every response."""
        limits = self.limits
        if limits.form != "historic":
            return []
        return [
            (b"x-ratelimit-limit", b"%d" % (limits.requests or 0)),
            (b"x-ratelimit-remaining", b"%d" % self.remaining(address)),
            (b"x-ratelimit-reset", b"%d" % math.ceil(now + limits.seconds)),
        ]

    def refusal(self, address: str, now: float, wait: float) -> Response:
        """Return the 429 in the form that the limits ask for; `wait` is the time until the next request is admitted."""
        limits, refused = self.limits, failure(TOO_MANY_REQUESTS)
        if limits.form == "modern":
            return refused
        if limits.form == "date":
            return replace(refused, headers=(("retry-after", http_date(math.ceil(now + wait))),))
        count = limits.requests or 0
        told = failure(TOO_MANY_REQUESTS, f"Your request count ({count + 1}) is over the allowed limit of {count}.")
        shown = [(name.decode(), value.decode()) for name, value in self.headers(address, now)]
        return replace(told, body=told.body + b"\n", headers=(("retry-after", str(math.ceil(wait))), *shown))

    def reset(self) -> None:
        """Forget everything counted."""
        self._admitted.clear()


class ConnectionCounter:
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
