from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import HeldClock

from tmdb_pipeline.tmdb.errors import (
    BadRequest,
    BrokenResponse,
    NotFound,
    RateLimited,
    RefusedKey,
    Unavailable,
    Unreachable,
)
from tmdb_pipeline.tmdb.rate_limiter import HEADROOM, RateLimiter
from tmdb_pipeline.tmdb.retry import RATE_WINDOW, RetryBudget, with_retries

REQUEST = "/movie/popular?page=3"


class Server:
    """Answers with the given outcomes in turn, raising those that are exceptions. Notes when it was asked."""

    def __init__(self, clock, *outcomes):
        self.clock = clock
        self.outcomes = list(outcomes)
        self.asked = []

    def __call__(self, deadline):
        self.asked.append(self.clock.monotonic())
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def run(server, budget=None, random=None, limiter=None):
    clock = server.clock
    return with_retries(
        REQUEST,
        server,
        budget=budget or RetryBudget(),
        limiter=limiter or RateLimiter(None, clock=clock),
        clock=clock,
        random=random or Random(7),
    )


@pytest.mark.parametrize("error", [Unavailable, BrokenResponse, Unreachable, RateLimited])
def test_transient_errors_are_tried_again(error):
    """What may mend itself is asked for again until it answers."""
    server = Server(HeldClock(), error(REQUEST, "trouble"), error(REQUEST, "trouble"), "response")

    assert run(server) == "response"
    assert len(server.asked) == 3


@pytest.mark.parametrize("error", [RefusedKey, BadRequest, NotFound])
def test_other_errors_are_not(error):
    """A refused key, a bad request or an unknown movie is asked for once, and nobody waits."""
    server = Server(HeldClock(), error(REQUEST, "no"), "never")

    with pytest.raises(error) as raised:
        run(server)

    assert raised.value.tries == 1
    assert server.clock.slept == []


def test_last_error_goes_up_and_says_how_often():
    """After five tries the last error goes up; its message counts them and names the request."""
    server = Server(HeldClock(), *(Unavailable(REQUEST, f"trouble {n}") for n in range(1, 6)), "never")

    with pytest.raises(Unavailable) as raised:
        run(server)

    assert str(raised.value) == "/movie/popular?page=3: trouble 5 after 5 tries."
    assert len(server.asked) == 5


class Highest(Random):
    """Draws the upper end."""

    def uniform(self, a, b):
        return b


def test_backoff_doubles_up_to_its_cap():
    """With the jitter at its upper end the waits are 0.5, 1, 2 and 4 seconds, never above 20 or a cap that is set."""
    server = Server(HeldClock(), *(Unavailable(REQUEST, "trouble") for _ in range(4)), "response")
    capped = Server(HeldClock(), *(Unavailable(REQUEST, "trouble") for _ in range(4)), "response")

    run(server, random=Highest())
    run(capped, RetryBudget(cap=1.5), random=Highest())

    assert server.clock.slept == [0.5, 1.0, 2.0, 4.0]
    assert capped.clock.slept == [0.5, 1.0, 1.5, 1.5]
    assert RetryBudget().backoff(9, Highest()) == 20


def test_wait_is_logged_with_its_cause(caplog):
    """Whoever reads the log sees which request failed, why, and how long it is left alone."""
    server = Server(HeldClock(), Unavailable(REQUEST, "trouble"), "response")

    run(server, random=Highest())

    assert caplog.messages == ["/movie/popular?page=3: trouble. Trying again in 0.5 s."]


@given(st.integers(1, 10), st.randoms(use_true_random=False))
def test_jitter_is_full(attempt, random):
    """The wait lies anywhere between nothing and the exponential bound."""
    budget = RetryBudget()

    assert 0 <= budget.backoff(attempt, random) <= min(budget.cap, budget.base * 2 ** (attempt - 1))


@given(st.floats(0, 100), st.randoms(use_true_random=False))
def test_retry_after_is_never_shortened(seconds, random):
    """The next try comes no earlier than the server asked for, whatever the jitter."""
    server = Server(HeldClock(), RateLimited(REQUEST, "too often", retry_after=seconds), "response")

    run(server, random=random)

    assert server.asked[1] - server.asked[0] >= seconds


@pytest.mark.parametrize("error", [RateLimited, Unavailable])
def test_retry_after_beyond_the_budget_goes_up_at_once(error):
    """A wait that does not fit into the budget is not cut: the error goes up without waiting, and carries it."""
    server = Server(HeldClock(), error(REQUEST, "not now", retry_after=121), "never")

    with pytest.raises(error) as raised:
        run(server)

    assert raised.value.retry_after == 121
    assert server.clock.slept == []


def test_wait_that_just_fits_is_waited():
    """A try may still begin at the very moment at which the budget of time ends."""
    server = Server(HeldClock(), RateLimited(REQUEST, "too often", retry_after=120), "response")

    assert run(server) == "response"
    assert server.asked == [0, 120]


@given(st.floats(0, 100), st.randoms(use_true_random=False))
def test_retry_after_counts_for_a_server_in_trouble_too(seconds, random):
    """A 503 that says when to come back is believed like a 429."""
    server = Server(HeldClock(), Unavailable(REQUEST, "down", retry_after=seconds), "response")

    run(server, random=random)

    assert server.asked[1] - server.asked[0] >= seconds


@pytest.mark.parametrize(("error", "waits"), [(Unavailable, [0.5, 1.0, 2.0]), (RateLimited, [1.0, 1.0, 2.0])])
def test_retry_after_of_nothing_still_backs_off(error, waits):
    """A server that asks to wait 0 seconds is left alone as long as any other, after a 429 for a window at least."""
    server = Server(HeldClock(), *(error(REQUEST, "no", retry_after=0) for _ in range(3)), "response")

    run(server, random=Highest())

    assert server.clock.slept == waits


def test_every_try_passes_the_rate_limiter():
    """A try that is repeated waits for its turn like any other request."""
    passed = []

    class Limiter(RateLimiter):
        def wait(self, until):
            passed.append(True)
            super().wait(until)

    server = Server(HeldClock(), Unavailable(REQUEST, "down"), Unavailable(REQUEST, "down"), "response")
    limiter = Limiter(None, clock=server.clock)

    with_retries(REQUEST, server, budget=RetryBudget(), limiter=limiter, clock=server.clock, random=Random(7))

    assert len(passed) == 3


def test_each_try_has_its_own_deadline():
    """The time that a request waited at the limiter is not taken from the time it has for its response."""
    clock = HeldClock()
    limiter = RateLimiter(0.01, clock=clock)
    limiter.wait()
    deadlines = []

    with_retries(
        REQUEST,
        lambda deadline: deadlines.append(deadline - clock.monotonic()),
        budget=RetryBudget(seconds=10, per_try=7),
        limiter=limiter,
        clock=clock,
        random=Random(7),
    )

    assert clock.monotonic() > 100
    assert deadlines == [7]


def test_try_may_take_a_minute():
    """Where nothing is set, a response has 60 seconds to arrive."""
    clock = HeldClock()

    deadline = with_retries(
        REQUEST,
        lambda deadline: deadline,
        budget=RetryBudget(),
        limiter=RateLimiter(None, clock=clock),
        clock=clock,
        random=Random(7),
    )

    assert deadline == 60


@given(st.randoms(use_true_random=False))
def test_rate_limit_without_a_wait_lets_a_window_pass(random):
    """After a 429 that names no wait the next try comes at least one window of TMDB's counter later."""
    server = Server(HeldClock(), RateLimited(REQUEST, "too often"), "response")

    run(server, random=random)

    assert server.asked[1] - server.asked[0] >= RATE_WINDOW


@pytest.mark.parametrize(
    ("outcomes", "blocked"),
    [
        ([RateLimited(REQUEST, "too often", retry_after=9), "response"], 9),
        ([RateLimited(REQUEST, "too often", retry_after=3600)], 3600),
        ([RateLimited(REQUEST, "too often", retry_after=9)] * 5, 45),
    ],
    ids=["waited for", "too long to be waited for", "at the last try"],
)
def test_rate_limit_blocks_everybody(outcomes, blocked):
    """One thread's 429 blocks the limiter for the others as well, whether that thread tries again or gives up."""
    clock = HeldClock()
    limiter = RateLimiter(None, clock=clock)

    with suppress(RateLimited):
        run(Server(clock, *outcomes), limiter=limiter)

    assert limiter._schedule._moments.blocked_until == blocked


def test_block_of_another_thread_is_waited_for_if_it_fits():
    """A block that ends at the last moment at which a try may begin is waited for."""
    clock = HeldClock()
    limiter = RateLimiter(None, clock=clock)
    limiter.block(120)
    server = Server(clock, "response")

    assert run(server, limiter=limiter) == "response"
    assert server.asked == [120]


def test_block_of_another_thread_beyond_the_budget_is_not_waited_for():
    """A request that another thread's 429 keeps back for too long fails at once, unasked, with the wait to keep."""
    clock = HeldClock()
    limiter = RateLimiter(None, clock=clock)
    limiter.block(121)
    server = Server(clock, "never")

    with pytest.raises(RateLimited) as raised:
        run(server, limiter=limiter)

    assert str(raised.value) == "/movie/popular?page=3: not asked for, since TMDB wants us to wait 121 s more."
    assert (raised.value.retry_after, raised.value.tries) == (121, 0)
    assert (server.asked, clock.slept) == ([], [])


@pytest.mark.parametrize(
    ("kind", "own", "asked"),
    [
        (Unavailable, None, 3599.5),
        (Unavailable, 7, 3593),
        (Unavailable, 100, 3500),
        (RateLimited, 7, 3600),  # it waits at the limiter, and so learns at once that waiting is in vain
    ],
)
def test_block_of_another_thread_ends_the_tries(kind, own, asked):
    """Between two tries another thread's 429 blocks the limiter: this error goes up, with what is left to wait."""
    clock = HeldClock()
    limiter = RateLimiter(None, clock=clock)
    error = kind(REQUEST, "trouble", retry_after=own)

    class Meanwhile(Server):
        def __call__(self, deadline):
            limiter.block(3600)
            return super().__call__(deadline)

    server = Meanwhile(clock, error, "never")

    with pytest.raises(kind) as raised:
        run(server, limiter=limiter, random=Highest())

    assert raised.value is error
    assert (error.retry_after, error.tries) == (asked, 1)
    assert server.asked == [0]


def test_no_try_is_repeated_after_the_budget():
    """Whoever has to queue at the limiter for too long, because others go first, does not try again."""
    clock = HeldClock()
    limiter = RateLimiter(1 / 121, clock=clock)
    error = Unavailable(REQUEST, "down")
    server = Server(clock, error, "never")

    with pytest.raises(Unavailable) as raised:
        run(server, limiter=limiter)

    assert raised.value is error
    assert error.tries == 1
    assert server.asked == [0]


def test_try_may_be_repeated_at_the_end_of_the_budget():
    """Who queues at the rate limiter until just the end of the budget still tries again."""
    clock = HeldClock()
    limiter = RateLimiter(1 / (120 * (1 - HEADROOM)), clock=clock)
    server = Server(clock, Unavailable(REQUEST, "down"), "response")

    run(server, RetryBudget(seconds=limiter._interval), limiter=limiter)

    assert server.asked == [0, limiter._interval]


def test_time_budget_ends_it_before_the_tries_do():
    """When the time is used up there is no further try, however many are left."""
    clock = HeldClock()

    def slow(deadline):
        clock.advance(70)
        raise Unreachable(REQUEST, "no response")

    with pytest.raises(Unreachable) as raised:
        with_retries(
            REQUEST, slow, budget=RetryBudget(), limiter=RateLimiter(None, clock=clock), clock=clock, random=Random(7)
        )

    assert raised.value.tries == 2
