import pytest
from measurements import measurements

from tmdb_pipeline.observability import meter
from tmdb_pipeline.observability.metrics import DISK_FREE, PASS_RATE, PHASE_DURATION, RETRIES


def test_nothing_is_installed_by_default():
    """The library runs the same where nobody measures."""
    meter.count(RETRIES, error="Unavailable")
    meter.gauge(PASS_RATE, 99.5)
    with meter.timed(PHASE_DURATION, phase="collect"):
        pass


def test_everything_goes_to_the_meter_that_is_installed():
    """Counters, gauges and timers arrive with name, value and tags; of a counter no zeros."""
    with measurements() as taken:
        meter.count(RETRIES, error="Unavailable")
        meter.count(RETRIES, 2, error="Unavailable")
        meter.count(RETRIES, 0, error="RateLimited")
        meter.gauge(DISK_FREE, 10)
        meter.gauge(DISK_FREE, 0)
        meter.timing(PHASE_DURATION, 1.5, phase="collect")

    assert taken.counts == {("tmdb.retries", "error=Unavailable"): 3}
    assert taken.gauges == {("tmdb.disk.free",): 0}
    assert taken.timings == {("tmdb.phase.duration", "phase=collect"): [1.5]}


def test_block_that_fails_is_timed_too():
    """How long something took until it failed is told as well."""
    with measurements() as taken:
        with pytest.raises(OSError, match="full"), meter.timed(PHASE_DURATION, phase="collect"):
            raise OSError("full")
        ((seconds,),) = taken.timings.values()

    assert seconds >= 0


def test_nothing_is_taken_any_more_once_it_is_taken_out():
    """A meter is told nothing after None was installed for it."""
    with measurements() as taken:
        pass
    meter.count(RETRIES, error="Unavailable")

    assert taken.counts == {}
