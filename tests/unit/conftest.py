"""A fake TMDB on a socket for the tests of everything that talks to TMDB."""

import pytest
from guard import Guard

from fake_tmdb.fake import FakeTmdb
from fake_tmdb.http.limits import NO_LIMITS
from tmdb_pipeline.settings import Credential, Settings


@pytest.fixture(scope="session")
def tmdb_server():
    with FakeTmdb(movies=20_000, seed=7, limits=NO_LIMITS).serve() as server:
        yield server


@pytest.fixture
def settings(tmdb, tmp_path):
    """Settings for the fake, with a data root of the test's own."""
    return Settings(Credential("read_token", tmdb.fake.read_token), base_url=tmdb.url, data_root=str(tmp_path / "lake"))


_guard = Guard()
_guard.start()


@pytest.fixture(autouse=True)
def _rules_kept():
    """A test that sleeps for real, or writes outside its temporary folder, fails."""
    yield
    assert _guard.seen() == []
