"""Prometheus and its tool, from Debian's package: .ci/prometheus brings them."""

import shutil

import pytest


@pytest.fixture(scope="session")
def tool():
    """Gives the path of promtool, or of prometheus."""

    def find(name):
        if path := shutil.which(name):
            return path
        reason = f"There is no {name} here: .ci/prometheus FOLDER brings it."
        pytest.skip(reason)  # pragma: no cover - not in the gate, where a skip is a failure

    return find
