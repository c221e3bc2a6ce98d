from datetime import UTC

from tmdb_pipeline.clock import SystemClock


def test_system_clock_moves_forward_and_is_aware():
    """The machine's clock never goes back, waits at least as long as told, and stamps in UTC."""
    clock = SystemClock()
    before = clock.monotonic()

    clock.sleep(0.001)

    assert clock.monotonic() - before >= 0.001
    assert clock.now().tzinfo is UTC
