"""Fixtures for tests that talk to a fake TMDB: `tmdb` for each test, `tmdb_server` for the session.

Load with `pytest_plugins = ["fake_tmdb.pytest_plugin"]`. The fake itself is imported when a fixture is used, so that
loading costs next to nothing. The ini options `fake_tmdb_movies` and `fake_tmdb_seed` choose the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fake_tmdb.catalogue.defaults import DEFAULT_MOVIES, DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_tmdb.http.server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options."""
    parser.addini("fake_tmdb_movies", "number of invented movies", default=str(DEFAULT_MOVIES))
    parser.addini("fake_tmdb_seed", "seed of the invented movies", default=str(DEFAULT_SEED))


@pytest.fixture(scope="session")
def tmdb_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Return a running fake TMDB that lasts for the session; its state is not reset between tests."""
    from fake_tmdb.fake import FakeTmdb  # noqa: PLC0415 - numpy and a server, which most sessions do not need

    movies, seed = (int(request.config.getini(name)) for name in ("fake_tmdb_movies", "fake_tmdb_seed"))
    with FakeTmdb(movies=movies, seed=seed).serve() as server:
        yield server


@pytest.fixture
def tmdb(tmdb_server: Server) -> Iterator[Server]:
    """Return the running fake TMDB in its first state: empty journal, no faults, real clock, usual limits."""
    tmdb_server.fake.reset()
    yield tmdb_server
    tmdb_server.fake.reset()
