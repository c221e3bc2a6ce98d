"""A world that lives, whose best possible prediction is known, for all tests of the model."""

import pytest
from model_worlds import World


@pytest.fixture(scope="session")
def world():
    return World(1)
