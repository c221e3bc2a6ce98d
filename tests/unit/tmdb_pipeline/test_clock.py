import threading
from datetime import UTC

import pytest

from tmdb_pipeline.clock import Stopped, SystemClock


def test_system_clock_moves_forward_and_is_aware():
    """The machine's clock never goes back, waits at least as long as told, and stamps in UTC."""
    clock = SystemClock()
    before = clock.monotonic()

    clock.sleep(0.001)

    assert clock.monotonic() - before >= 0.001
    assert clock.now().tzinfo is UTC


def test_stopped_clock_wakes_its_sleepers_and_lets_nobody_sleep():
    """Whoever waits on a clock that is stopped wakes at once and is told so; so is everybody after."""
    clock = SystemClock()
    threading.Timer(0.02, clock.stop).start()

    with pytest.raises(Stopped):
        clock.sleep(60)
    with pytest.raises(Stopped):
        clock.sleep(60)
