import re

import pytest

from fake_tmdb.http.limits import NO_LIMITS, ConnectionCounter, Limits, RateLimiter


def test_forty_and_no_more():
    """The forty-first request within a second is refused, with the time until the next one."""
    limiter = RateLimiter(Limits())
    waits = [limiter.admit("a", 0.01 * number) for number in range(41)]

    assert waits[:40] == [0.0] * 40
    assert 0.5 < waits[40] < 0.6


def test_a_client_that_paces_itself_is_never_refused():
    """Forty requests a second, evenly spaced and a little late or early, all pass."""
    limiter = RateLimiter(Limits())

    waits = [limiter.admit("a", number / 40 + (0.01 if number % 3 else 0.0)) for number in range(400)]

    assert set(waits) == {0.0}


def test_the_window_slides():
    """After the time told, the next request passes."""
    limiter = RateLimiter(Limits(requests=1))
    limiter.admit("a", 10.0)
    wait = limiter.admit("a", 10.2)

    assert limiter.admit("a", 10.2 + wait) == 0.0


def test_addresses_do_not_share():
    """What one address asks does not count for another."""
    limiter = RateLimiter(Limits(requests=1))
    limiter.admit("a", 0)

    assert limiter.admit("b", 0) == 0.0
    assert limiter.admit("a", 0) > 0


def test_refused_requests_do_not_count():
    """Asking again while refused does not put the end off."""
    limiter = RateLimiter(Limits(requests=1))
    limiter.admit("a", 0.0)
    first = limiter.admit("a", 0.5)

    assert 0.5 + first == pytest.approx(0.6 + limiter.admit("a", 0.6))


def test_no_limit():
    """Without a limit everything passes and nothing is kept."""
    limiter = RateLimiter(NO_LIMITS)

    assert {limiter.admit("a", 0) for _ in range(500)} == {0.0}
    assert limiter.remaining("a") == 0


def test_a_clock_set_back_opens_the_gate():
    """A time before the requests counted does not refuse for ever."""
    limiter = RateLimiter(Limits(requests=1))
    limiter.admit("a", 100.0)

    assert limiter.admit("a", 1.0) == 0.0


def test_remaining_and_reset():
    """What is left is counted, and a reset forgets it."""
    limiter = RateLimiter(Limits(requests=3))
    limiter.admit("a", 0)
    before = limiter.remaining("a")
    limiter.reset()

    assert (before, limiter.remaining("a")) == (2, 3)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"requests": 0}, "requests is at least 1"),
        ({"connections": 0}, "connections is at least 1"),
        ({"seconds": 0}, "above 0 seconds"),
        ({"form": "loud"}, "modern, historic or date"),
    ],
)
def test_impossible_limits(wrong, message):
    """A limit that cannot be is refused in one message."""
    with pytest.raises(ValueError, match=message):
        Limits(**wrong)


def test_connections_are_counted():
    """Entering and leaving are counted by address, and nothing is left behind."""
    limiter = ConnectionCounter()
    entered = [limiter.enter("a"), limiter.enter("a"), limiter.enter("b")]
    limiter.leave("a")
    between = limiter.total
    limiter.leave("a")
    limiter.leave("b")

    assert (entered, between, limiter.total, dict(limiter._open)) == ([1, 2, 1], 2, 0, {})


def test_usual_limits_are_those_of_tmdb():
    """Forty requests a second and twenty connections, a 429 as it is today."""
    assert Limits() == Limits(requests=40, seconds=1.0, connections=20, form="modern")
    assert (NO_LIMITS.requests, NO_LIMITS.connections) == (None, None)


def test_window_is_shorter_by_a_twentieth():
    """Of a window of ten seconds the last half does not count, because arrivals waver; a moment before it does."""
    limiter = RateLimiter(Limits(requests=2, seconds=10))
    limiter.admit("a", 100.0)
    limiter.admit("a", 101.0)

    assert limiter.admit("a", 109.25) == pytest.approx(0.25)
    assert limiter.admit("a", 109.5) == 0.0
    assert limiter.admit("a", 109.5) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"requests": 0}, "A limit of requests is at least 1 and whole, or none, not 0."),
        ({"connections": True}, "A limit of connections is at least 1 and whole, or none, not True."),
        ({"seconds": 0}, "The time of a limit is above 0 seconds and at most a day, not 0."),
        ({"seconds": float("inf")}, "The time of a limit is above 0 seconds and at most a day, not inf."),
        ({"seconds": True}, "The time of a limit is above 0 seconds and at most a day, not True."),
        ({"form": "loud"}, "The form of a 429 is modern, historic or date, not 'loud'."),
    ],
)
def test_refused_limits_are_told_whole(wrong, sentence):
    """The whole sentence: which limit, what it may be, what it was."""
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        Limits(**wrong)


def test_least_limits_can_be():
    """One request, one connection, a moment, and each form."""
    for form in ("modern", "historic", "date"):
        assert Limits(requests=1, connections=1, seconds=0.001, form=form).form == form


def test_what_is_left_is_never_less_than_nothing():
    """Each address has its own rest, which ends at 0; without a limit there is none."""
    limiter = RateLimiter(Limits(requests=1))
    limiter.admit("a", 0.0)
    limiter.limits = NO_LIMITS

    assert (limiter.remaining("a"), limiter.remaining("b")) == (0, 0)
