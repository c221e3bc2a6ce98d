import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import HeldClock

from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.machine import machine_limits
from tmdb_pipeline.tmdb.rate_limiter import HEADROOM, LATE, LimiterBlocked, OwnSchedule, RateLimiter


def passages(limiter, clock, count):
    """The moments at which ``count`` callers, one after the other, pass the limiter."""
    moments = []
    for _ in range(count):
        limiter.wait()
        moments.append(clock.monotonic())
    return moments


def test_first_passes_at_once_and_the_rest_evenly():
    """Nobody waits for the first slot; from then on slots are one interval apart, head-room included."""
    clock = HeldClock()

    moments = passages(RateLimiter(10, clock=clock), clock, 4)

    interval = 0.1 / (1 - HEADROOM)
    assert moments == pytest.approx([0.0, interval, 2 * interval, 3 * interval])


def test_without_a_limit_nobody_waits():
    """Without a limit nobody sleeps."""
    clock = HeldClock()

    passages(RateLimiter(None, clock=clock), clock, 100)

    assert clock.slept == []


@given(
    rate=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=120),
)
def test_no_window_of_a_second_holds_more_than_the_limit(rate, pauses):
    """However callers arrive, no window of one second sees more passages than the limit allows."""
    clock = HeldClock()
    limiter = RateLimiter(rate, clock=clock)
    moments = []

    for pause in pauses:
        clock.advance(pause)
        moments += passages(limiter, clock, 1)

    for index, moment in enumerate(moments):
        assert sum(1 for other in moments[index:] if other < moment + 1) <= rate


def test_idle_time_is_not_saved_up():
    """After a long pause requests still leave one by one: there is no burst."""
    clock = HeldClock()
    limiter = RateLimiter(10, clock=clock)
    passages(limiter, clock, 1)
    clock.advance(60)

    first, second = passages(limiter, clock, 2)

    assert second - first > 0.1


@pytest.fixture(params=["of one process", "of several processes"])
def another(request, tmp_path):
    """Make another limiter on one clock: all of a process have one schedule, others the same files."""
    clock = HeldClock()
    own = OwnSchedule(clock)

    def make():
        ours = request.param == "of one process"
        schedule = own if ours else machine_limits(Settings(), clock, tmp_path).schedule
        return RateLimiter(10, clock=clock, schedule=schedule)

    make.clock = clock
    return make


def test_block_delays_everybody(another):
    """Nobody passes before the block is over, and a shorter block does not shorten a longer one."""
    another().block(5)
    another().block(1)

    moments = passages(another(), another.clock, 2)

    assert moments[0] == 5.0
    assert moments[1] > 5.1


def test_block_catches_those_who_already_wait(another):
    """A caller that sleeps until its slot when the block begins passes only after the block."""
    clock, waiting, other = another.clock, another(), another()
    waiting.wait()
    sleep = clock.sleep

    def block_while_asleep(seconds):
        clock.sleep = sleep
        sleep(seconds)
        other.block(7)

    clock.sleep = block_while_asleep
    before = clock.monotonic()
    waiting.wait()

    assert clock.monotonic() - before > 7


@pytest.mark.parametrize(("blocked", "until"), [(5, 4.9), (5, -1.0)])
def test_block_beyond_patience_is_refused_at_once(blocked, until):
    """A caller who cannot wait for the end of the block is told how long it lasts, and takes nobody's moment."""
    clock = HeldClock()
    limiter = RateLimiter(10, clock=clock)
    limiter.block(blocked)
    clock.advance(2)

    with pytest.raises(LimiterBlocked) as raised:
        limiter.wait(until)

    assert raised.value.seconds == blocked - 2
    assert raised.value.args == (blocked - 2,)
    assert clock.monotonic() == 2
    assert passages(limiter, clock, 1) == [5.0]


def test_block_that_ends_in_time_is_waited_for():
    """A block that ends just when patience does, or ended already, is no reason to turn away."""
    clock = HeldClock()
    limiter = RateLimiter(None, clock=clock)
    limiter.block(5)

    limiter.wait(5.0)
    limiter.wait(4.0)

    assert clock.slept == [5.0]


def test_pace_is_waited_for_beyond_patience():
    """Whoever sets a slow pace wants it to be kept, not to see requests fail."""
    clock = HeldClock()
    limiter = RateLimiter(0.01, clock=clock)
    limiter.wait(1.0)

    limiter.wait(1.0)

    assert clock.monotonic() > 100


def test_block_that_comes_while_waiting_is_refused_too():
    """A caller that sleeps until its moment when a block begins is refused as soon as it wakes."""
    clock = HeldClock()
    limiter = RateLimiter(1 - HEADROOM, clock=clock)
    limiter.wait(60.0)
    sleep = clock.sleep

    def block_while_asleep(seconds):
        sleep(seconds)
        limiter.block(3600)

    clock.sleep = block_while_asleep
    with pytest.raises(LimiterBlocked) as raised:
        limiter.wait(60.0)

    assert raised.value.seconds == 3600
    assert clock.slept == [limiter._interval]


def late_by(clock, *seconds):
    """Let those who sleep on the clock wake so much later than they asked for, one after the other."""
    sleep, lateness = clock.sleep, iter(seconds)
    clock.sleep = lambda wait: sleep(wait + next(lateness, 0))


def test_moment_that_was_missed_is_given_up():
    """Who wakes late takes the next moment: a request that left now would leave together with that of somebody else."""
    clock = HeldClock()
    limiter = RateLimiter(10, clock=clock)
    limiter.wait()
    late_by(clock, 5 * LATE)

    limiter.wait()

    assert clock.monotonic() == pytest.approx(2 * limiter._interval)


def test_moment_that_was_hardly_missed_is_used():
    """A machine's clock is never exact."""
    clock = HeldClock()
    limiter = RateLimiter(10, clock=clock)
    limiter.wait()
    late_by(clock, LATE / 2)

    limiter.wait()

    assert len(clock.slept) == 1


def test_machine_that_is_always_late_gets_on():
    """After some moments that were missed one is used all the same."""
    clock = HeldClock()
    limiter = RateLimiter(1, clock=clock)
    limiter.wait()
    late_by(clock, *[0.5] * 100)

    limiter.wait()

    assert len(clock.slept) == 6


class Watched:
    """A lock that calls out when somebody has to wait for it."""

    def __init__(self, waiting):
        self._lock = threading.Lock()
        self._waiting = waiting

    def __enter__(self):
        if not self._lock.acquire(blocking=False):
            self._waiting()
            self._lock.acquire()

    def __exit__(self, *exception):
        self._lock.release()


class Moment(float):
    """A moment at which, once somebody reckons with it, somebody else is quicker."""

    def __new__(cls, value, meanwhile):
        moment = super().__new__(cls, value)
        moment.meanwhile = meanwhile
        return moment

    def __add__(self, other):
        self.meanwhile()
        return float(self) + other


def overtaken(schedule, clock, call, by):
    """Make a call of the schedule; in the midst of it another thread makes the call ``by``, as far as it is let."""
    stuck_or_done = threading.Event()
    schedule._lock = Watched(waiting=stuck_or_done.set)
    monotonic = clock.monotonic

    def overtake():
        by()
        stuck_or_done.set()

    thread = threading.Thread(target=overtake)

    def meanwhile():
        if thread.ident is None:
            thread.start()
            assert stuck_or_done.wait(5)

    def once():
        clock.monotonic = monotonic
        return Moment(monotonic(), meanwhile)

    clock.monotonic = once
    call()
    thread.join()


def test_caller_that_is_overtaken_takes_no_moment_twice():
    """Two threads at once take two moments, even when one overtakes the other while it reckons."""
    clock = HeldClock()
    schedule = OwnSchedule(clock)
    slots = []

    def take():
        slots.append(schedule.take(0.1, 60))

    overtaken(schedule, clock, take, by=take)

    assert sorted(slot.delay for slot in slots) == [0.0, 0.1]


def test_block_that_is_overtaken_does_not_shorten_the_other():
    """Of two threads that block the limiter at once the longer block counts, even when it comes in between."""
    clock = HeldClock()
    schedule = OwnSchedule(clock)

    overtaken(schedule, clock, lambda: schedule.block(1), by=lambda: schedule.block(5))

    assert schedule.take(0.1, 60).delay == 5.0


def test_threads_share_one_pace():
    """Eight threads together pass no faster than one would."""
    clock = HeldClock()
    limiter = RateLimiter(1000, clock=clock)
    threads = [threading.Thread(target=passages, args=(limiter, clock, 10)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert limiter._schedule._moments.free >= 79 * 0.001
