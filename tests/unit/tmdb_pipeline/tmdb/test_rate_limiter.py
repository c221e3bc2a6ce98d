import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import HeldClock

from tmdb_pipeline.tmdb.rate_limiter import HEADROOM, Held, RateGate


def passages(gate, clock, count):
    """The moments at which ``count`` callers, one after the other, pass the gate."""
    moments = []
    for _ in range(count):
        gate.wait()
        moments.append(clock.monotonic())
    return moments


def test_first_passes_at_once_and_the_rest_evenly():
    """Nobody waits for the first slot; from then on slots are one interval apart, head-room included."""
    clock = HeldClock()

    moments = passages(RateGate(10, clock=clock), clock, 4)

    interval = 0.1 / (1 - HEADROOM)
    assert moments == pytest.approx([0.0, interval, 2 * interval, 3 * interval])


def test_open_gate_never_waits():
    """Without a limit nobody sleeps."""
    clock = HeldClock()

    passages(RateGate(None, clock=clock), clock, 100)

    assert clock.slept == []


@given(
    rate=st.integers(1, 50),
    pauses=st.lists(st.floats(0, 3), min_size=1, max_size=120),
)
def test_no_window_of_a_second_holds_more_than_the_limit(rate, pauses):
    """However callers arrive, no window of one second sees more passages than the limit allows."""
    clock = HeldClock()
    gate = RateGate(rate, clock=clock)
    moments = []

    for pause in pauses:
        clock.advance(pause)
        moments += passages(gate, clock, 1)

    for index, moment in enumerate(moments):
        assert sum(1 for other in moments[index:] if other < moment + 1) <= rate


def test_idle_time_is_not_saved_up():
    """After a long pause requests still leave one by one: there is no burst."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)
    passages(gate, clock, 1)
    clock.advance(60)

    first, second = passages(gate, clock, 2)

    assert second - first > 0.1


def test_hold_delays_everybody():
    """Nobody passes before the hold is over, and a shorter hold does not shorten a longer one."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)
    gate.hold(5)
    gate.hold(1)

    moments = passages(gate, clock, 2)

    assert moments[0] == 5.0
    assert moments[1] > 5.1


def test_hold_catches_those_who_already_wait():
    """A caller that sleeps until its slot when the hold begins passes only after the hold."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)
    gate.wait()
    sleep = clock.sleep

    def hold_while_asleep(seconds):
        clock.sleep = sleep
        sleep(seconds)
        gate.hold(7)

    clock.sleep = hold_while_asleep
    before = clock.monotonic()
    gate.wait()

    assert clock.monotonic() - before > 7


@pytest.mark.parametrize(("held", "until"), [(5, 4.9), (5, -1.0)])
def test_hold_beyond_patience_is_refused_at_once(held, until):
    """A caller who cannot wait for the end of the hold is told how long it lasts, and takes nobody's moment."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)
    gate.hold(held)
    clock.advance(2)

    with pytest.raises(Held) as raised:
        gate.wait(until)

    assert raised.value.seconds == held - 2
    assert raised.value.args == (held - 2,)
    assert clock.monotonic() == 2
    assert passages(gate, clock, 1) == [5.0]


def test_hold_that_ends_in_time_is_waited_for():
    """A hold that ends just when patience does, or ended already, is no reason to turn away."""
    clock = HeldClock()
    gate = RateGate(None, clock=clock)
    gate.hold(5)

    gate.wait(5.0)
    gate.wait(4.0)

    assert clock.slept == [5.0]


def test_pace_is_waited_for_beyond_patience():
    """Whoever sets a slow pace wants it to be kept, not to see requests fail."""
    clock = HeldClock()
    gate = RateGate(0.01, clock=clock)
    gate.wait(1.0)

    gate.wait(1.0)

    assert clock.monotonic() > 100


def test_hold_that_comes_while_waiting_is_refused_too():
    """A caller that sleeps until its moment when a hold begins is refused as soon as it wakes."""
    clock = HeldClock()
    gate = RateGate(1 - HEADROOM, clock=clock)
    gate.wait(60.0)
    sleep = clock.sleep

    def hold_while_asleep(seconds):
        sleep(seconds)
        gate.hold(3600)

    clock.sleep = hold_while_asleep
    with pytest.raises(Held) as raised:
        gate.wait(60.0)

    assert raised.value.seconds == 3600
    assert clock.slept == [gate._interval]


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


def overtaken(gate, clock, call, by):
    """Make a call of the gate; in the midst of it another thread makes the call ``by``, as far as it is let."""
    stuck_or_done = threading.Event()
    gate._lock = Watched(waiting=stuck_or_done.set)
    monotonic = clock.monotonic

    def overtake():
        by()
        stuck_or_done.set()

    thread = threading.Thread(target=overtake)

    def meanwhile():
        thread.start()
        assert stuck_or_done.wait(5)

    def once():
        clock.monotonic = monotonic
        return Moment(monotonic(), meanwhile)

    clock.monotonic = once
    call()
    thread.join()


def test_caller_that_is_overtaken_takes_no_moment_twice():
    """Two threads at the gate at once take two moments, even when one overtakes the other while it reckons."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)

    overtaken(gate, clock, gate.wait, by=gate.wait)

    assert clock.slept == pytest.approx([0.1 / (1 - HEADROOM)])


def test_hold_that_is_overtaken_does_not_shorten_the_other():
    """Of two threads that hold the gate at once the longer hold counts, even when it comes in between."""
    clock = HeldClock()
    gate = RateGate(10, clock=clock)

    overtaken(gate, clock, lambda: gate.hold(1), by=lambda: gate.hold(5))

    assert passages(gate, clock, 1) == [5.0]


def test_threads_share_one_pace():
    """Eight threads together pass no faster than one would."""
    clock = HeldClock()
    gate = RateGate(1000, clock=clock)
    threads = [threading.Thread(target=passages, args=(gate, clock, 10)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert gate._next >= 79 * 0.001
