"""Fixtures for tests that talk to a fake TMDB: `tmdb` for each test, `tmdb_server` for the session.

pytest loads this plugin wherever the package is installed, so it imports nothing else before a fixture is used.
The catalogue can be chosen with the ini options `fake_tmdb_movies` and `fake_tmdb_seed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fake_tmdb.http.server import Server


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options."""
    parser.addini("fake_tmdb_movies", "number of invented movies")
    parser.addini("fake_tmdb_seed", "seed of the invented movies")


@pytest.fixture(scope="session")
def tmdb_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Return a running fake TMDB that lasts for the session; its state is not reset between tests."""
    from fake_tmdb.catalogue.defaults import DEFAULT_MOVIES, DEFAULT_SEED  # noqa: PLC0415 - costs nothing elsewhere
    from fake_tmdb.fake import FakeTmdb  # noqa: PLC0415 - brings numpy and uvicorn

    movies = int(request.config.getini("fake_tmdb_movies") or DEFAULT_MOVIES)
    seed = int(request.config.getini("fake_tmdb_seed") or DEFAULT_SEED)
    with FakeTmdb(movies=movies, seed=seed).serve() as server:
        yield server


@pytest.fixture
def tmdb(tmdb_server: Server) -> Iterator[Server]:
    """Return the running fake TMDB in its first state: empty journal, no faults, real clock, usual limits."""
    tmdb_server.fake.reset()
    yield tmdb_server
    tmdb_server.fake.reset()
