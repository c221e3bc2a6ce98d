import pytest

from tmdb_pipeline.demo import watchdog
from tmdb_pipeline.demo.keeper import Keeper


@pytest.fixture
def keeper(monkeypatch):
    """A keeper that does not wait for long."""
    monkeypatch.setattr(watchdog, "GRACE", 0.2)
    with Keeper() as keeper:
        yield keeper
