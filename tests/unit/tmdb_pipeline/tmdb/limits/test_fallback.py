import threading

import pytest
from support import HeldClock

from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.fallback import with_fallback
from tmdb_pipeline.tmdb.limits.limits import Limits, LimitsLost, own_limits
from tmdb_pipeline.tmdb.rate_limiter import HEADROOM, LimiterBlocked, RateLimiter


class Losable:
    """Limits of one client that can be lost."""

    def __init__(self, clock):
        limits = own_limits(Settings(), clock)
        self._schedule, self._connections, self.lost = limits.schedule, limits.connections, False

    def __getattr__(self, name):
        if self.lost:
            raise LimitsLost("nobody answers")
        return getattr(self._connections if name == "lease" else self._schedule, name)


@pytest.fixture
def clock():
    return HeldClock()


@pytest.fixture
def shared(clock):
    return Losable(clock)


@pytest.fixture
def limits(shared, clock):
    return with_fallback(Limits(shared, shared), Settings(), 10, clock)


def test_limits_are_shared_while_that_is_possible(limits, shared, clock):
    """Moments, blocks and connections are those of everybody."""
    limiter = RateLimiter(10, clock=clock, schedule=limits.schedule)
    limits.schedule.block(3)
    limiter.wait()
    limiter.wait()

    assert clock.monotonic() == pytest.approx(3 + 0.1 / (1 - HEADROOM))
    assert shared._schedule._moments.blocked_until == 3
    assert limits.connections.lease(8, clock.sleep).count == 8


def test_share_is_kept_once_they_are_lost(limits, shared, clock, caplog):
    """Ten tasks that cannot hear of each other ask no faster together than one may; that is said once."""
    limiter = RateLimiter(10, clock=clock, schedule=limits.schedule)
    shared.lost = True
    for _ in range(3):
        limiter.wait()
    shared.lost = False
    limiter.wait()

    assert clock.slept == pytest.approx([1 / (1 - HEADROOM)] * 3)
    assert [record.getMessage() for record in caplog.records] == [
        "TMDB's limits are not shared with other tasks, since nobody answers. Requests leave at one part in 10 of them."
    ]


def test_block_is_kept_once_they_are_lost(limits, shared, clock):
    """A 429 pauses at least the one who met it."""
    shared.lost = True
    limits.schedule.block(5)

    with pytest.raises(LimiterBlocked):
        RateLimiter(10, clock=clock, schedule=limits.schedule).wait(4)


def test_share_of_connections(limits, shared, clock, caplog):
    """Of 20 connections each of ten tasks has two."""
    shared.lost = True

    lease = limits.connections.lease(8, clock.sleep)
    lease.close()

    assert lease.count == 2
    assert [record.getMessage() for record in caplog.records] == [
        "TMDB's connections are not shared with other tasks, since nobody answers. This one opens at most 2."
    ]


def test_loss_is_said_once_however_many_threads_find_out(limits, shared, clock, caplog):
    """Eight threads of a client that ask at the same moment are one loss."""
    meeting = threading.Barrier(8)

    def ask(*_):
        meeting.wait()
        raise LimitsLost("nobody answers")

    shared._schedule.take = ask
    threads = [threading.Thread(target=limits.schedule.take, args=(0.1, 1)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(caplog.records) == 1
