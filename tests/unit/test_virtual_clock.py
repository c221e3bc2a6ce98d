from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from virtual_clock import VirtualClock


def woken(clock, *naps):
    """Let a thread for each nap sleep as it says, all beginning at once; who woke for the last time at which moment."""
    moments = []
    at_once = Barrier(len(naps))

    def sleep(nap):
        with clock.working():
            at_once.wait()
            for seconds in nap:
                clock.sleep(seconds)
            moments.append((nap, clock.monotonic()))

    with ThreadPoolExecutor(len(naps)) as pool:
        list(pool.map(sleep, naps))
    return moments


def test_time_stands_still_while_somebody_works():
    """Nothing but sleeping and advancing moves the clock, and the fake's seconds follow it."""
    clock = VirtualClock()

    with clock.working():
        before = clock.monotonic()
    clock.advance(5)

    assert (before, clock.monotonic()) == (0.0, 5.0)
    assert (clock.now() - clock.start).total_seconds() == 5.0
    assert clock.timestamp() == clock.start.timestamp() + 5.0


def test_sleepers_wake_in_the_order_of_their_moments():
    """Threads that sleep at once do not add up: each wakes at its own moment, whichever began first."""
    assert woken(VirtualClock(), (30.0,), (10.0,), (20.0,)) == [((10.0,), 10.0), ((20.0,), 20.0), ((30.0,), 30.0)]


def test_two_that_wake_at_once_both_work():
    """Time does not move on before both who woke at the same moment rest again."""
    assert woken(VirtualClock(), (1.0, 2.0), (1.0, 1.0)) == [((1.0, 1.0), 2.0), ((1.0, 2.0), 3.0)]
