import pytest

from tmdb_pipeline.ops import watchdog
from tmdb_pipeline.ops.keeper import Keeper


@pytest.fixture
def keeper(monkeypatch):
    """A keeper that does not wait for long."""
    monkeypatch.setattr(watchdog, "GRACE", 0.2)
    with Keeper() as keeper:
        yield keeper
