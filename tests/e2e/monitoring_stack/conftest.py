"""Prometheus and its tool, from Debian's package: .ci/prometheus brings them."""

import shutil

import pytest


@pytest.fixture(scope="session")
def tool():
    """Gives the path of promtool, or of prometheus."""

    def find(name):
        path = shutil.which(name)
        if path is None:  # pragma: no cover - not in the gate, where a skip is a failure
            pytest.skip(f"There is no {name} here: .ci/prometheus FOLDER brings it.")
        return path

    return find
