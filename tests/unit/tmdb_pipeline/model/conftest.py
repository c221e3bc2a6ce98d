"""Worlds that live, whose best possible prediction is known, for all tests of the model."""

import pytest
from model_lakes import AT, LAST, collected
from model_worlds import World

from fake_tmdb import FakeTmdb, Living
from tmdb_pipeline.features.permission import Permission
from tmdb_pipeline.model import stages


@pytest.fixture(scope="session")
def world():
    return World(1)


@pytest.fixture(scope="session")
def living():
    with FakeTmdb(movies=20_000, seed=3, living=Living()).serve() as server:
        yield server


@pytest.fixture(scope="session")
def permission(living):
    return Permission(living.url, "")


@pytest.fixture(scope="session")
def trained(living, permission, tmp_path_factory):
    """A lake with twenty-one weeks of collections, and the first version, which answers."""
    lake = collected(tmp_path_factory.mktemp("trained") / "lake", living.fake, living.url)
    prepared = stages.prepare(lake, LAST, permission=permission)
    candidate = stages.train(lake, LAST, permission=permission)
    verdict = stages.evaluate_candidate(lake, candidate, permission=permission)
    told = stages.deploy(lake, verdict.version, LAST, at=AT)
    return lake, prepared, candidate, verdict, told
