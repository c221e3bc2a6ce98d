"""A fake TMDB for client libraries that nobody here wrote. None of them reads its base address from the environment."""

import pytest

from fake_tmdb import NO_LIMITS, FakeTmdb

PAGES = 5


@pytest.fixture(scope="session")
def tmdb_server():
    with FakeTmdb(limits=NO_LIMITS).serve() as server:
        yield server


@pytest.fixture
def pages():
    """Return the pages that each client reads."""
    return range(1, PAGES + 1)


@pytest.fixture
def popular(tmdb, pages):
    """Return the ids and titles of the popular movies on those pages, as the fake's own catalogue says."""
    from fake_tmdb.api.movies.items import list_item

    repository = tmdb.fake.repository
    rows = repository.discovery.rows({})[: 20 * len(pages)].tolist()
    items = [list_item(repository.catalogue, row, "en-US") for row in rows]
    return [(item["id"], item["title"]) for item in items]
