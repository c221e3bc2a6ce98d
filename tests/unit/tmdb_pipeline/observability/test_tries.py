import pytest
from measurements import measurements
from support import HeldClock

from tmdb_pipeline.observability.tries import measured_try


@pytest.fixture
def clock():
    return HeldClock()


def test_try_is_counted_timed_and_traced(clock):
    """By its status, with the seconds that it took, and in the trace with its page and number."""
    with measurements() as taken, measured_try("/movie/popular", 2, clock=clock, page=3) as tried:
        clock.advance(0.25)
        tried.status = 503

    (span,) = taken.spans
    assert taken.counts == {("tmdb.requests", "route=/movie/popular", "status=503"): 1}
    assert taken.timings == {("tmdb.request.duration", "route=/movie/popular"): [0.25]}
    assert span.attributes == {"url.path": "/movie/popular", "try": 2, "page": 3, "http.response.status_code": 503}


def test_try_without_a_response_is_counted_as_such(clock):
    """What never came has no status, and its error goes up."""
    with measurements() as taken, pytest.raises(OSError, match="reset"), measured_try("/movie/id", 1, clock=clock):
        raise OSError("reset")

    assert taken.counts == {("tmdb.requests", "route=/movie/id", "status=none"): 1}
    assert "http.response.status_code" not in taken.spans[0].attributes
