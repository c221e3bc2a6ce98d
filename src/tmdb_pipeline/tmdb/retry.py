"""Trying again: exponential backoff with full jitter, inside a budget of tries and of time."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.observability.meter import count, timing
from tmdb_pipeline.observability.metrics import RETRIES, WAITS
from tmdb_pipeline.tmdb.errors import RateLimited, TmdbError
from tmdb_pipeline.tmdb.rate_limiter import LimiterBlocked, RateLimiter

T = TypeVar("T")
log = logging.getLogger(__name__)

#: TMDB counts requests in windows of a second; after a 429 at least that long must pass, even if it asks for less.
RATE_WINDOW = 1.0
#: Seconds at the rate limiter that are the time to pass it and not a wait.
_NO_WAIT = 0.001


@dataclass(frozen=True, slots=True)
class RetryBudget:
    """How hard one request is tried. Times are seconds.

    No try is repeated after ``seconds``, the time at the rate limiter included; one that has begun may take
    ``per_try``, and the time that a name server takes.

    The wait before try n+1 is drawn evenly from 0 to ``min(cap, base * 2**(n-1))`` ("full jitter"), so that many
    clients that failed together do not come back together.
    """

    tries: int = 5
    seconds: float = 120.0
    per_try: float = 60.0
    base: float = 0.5
    cap: float = 20.0

    def backoff(self, attempt: int, random: Random) -> float:
        """Seconds to wait after this attempt (from 1) failed."""
        return random.uniform(0, min(self.cap, self.base * 2 ** (attempt - 1)))

    def wait(self, error: TmdbError, attempt: int, random: Random) -> float:
        """Seconds to wait after this error: never less than the server asked for, nor than the window it counts in."""
        drawn = self.backoff(attempt, random)
        window = RATE_WINDOW if isinstance(error, RateLimited) else 0.0
        if error.retry_after is not None:
            return max(drawn, error.retry_after, window)
        return window + drawn


def with_retries(
    request: str, send: Callable[[float], T], *, budget: RetryBudget, limiter: RateLimiter, clock: Clock, random: Random
) -> T:
    """Call ``send(deadline)`` until it answers, an error is not transient, or the budget is spent.

    ``deadline`` is the clock's moment by which this try has to end. A wait that does not fit into what is left of the
    budget is not shortened: the error goes up at once, with its ``retry_after``, for the caller to wait. A 429 blocks
    the rate limiter for every thread; one that cannot wait for the end of that gives up without asking.

    Raises:
        TmdbError: the last error, with ``tries`` set; if a block ended the tries, ``retry_after`` is the rest of it.
        RateLimited: it was not asked at all (``tries`` is 0), since another thread blocked the limiter for too long.
        Stopped: the clock was stopped while this waited.
    """
    deadline = clock.monotonic() + budget.seconds
    attempt = 0
    last: TmdbError | None = None
    while True:
        arrived = clock.monotonic()
        try:
            limiter.wait(deadline)
        except LimiterBlocked as blocked:
            error = last or RateLimited(
                request, f"not asked for, since TMDB wants us to wait {blocked.seconds:.0f} s more"
            )
            error.tries = attempt
            error.retry_after = blocked.seconds
            raise error from None
        if (waited := clock.monotonic() - arrived) > _NO_WAIT:
            timing(WAITS, waited, reason="rate_limit" if isinstance(last, RateLimited) else "pace")
        if last and clock.monotonic() > deadline:  # others were before us at the limiter
            raise last
        attempt += 1
        try:
            return send(clock.monotonic() + budget.per_try)
        except TmdbError as error:
            error.tries = attempt
            wait = budget.wait(error, attempt, random)
            if isinstance(error, RateLimited):
                limiter.block(wait)
            if not error.transient or attempt >= budget.tries or clock.monotonic() + wait > deadline:
                raise
            log.warning("%s Trying again in %.1f s.", error, wait)
            count(RETRIES, error=type(error).__name__)
            last = error
        if not isinstance(last, RateLimited):
            clock.sleep(wait)
            timing(WAITS, wait, reason="backoff")
