"""What is written about the packages is what is there."""

import json
import re
import subprocess

import pytest
from clients import sbom


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def components(file):
    """Name and version of each component."""
    document = json.loads(file.read_text())
    assert document["bomFormat"] == "CycloneDX"
    return {(normal(each["name"]), each["version"]) for each in document["components"]}


@pytest.fixture(scope="module")
def lock(tmp_path_factory):
    """The components of the lock."""
    return components(sbom.of_lock(tmp_path_factory.mktemp("lock")))


def test_lock_is_told_whole(lock):
    """Every package that is pinned, and no other."""
    pinned = re.findall(r"^([\w.-]+)==([^ ;\\]+)", (sbom.ROOT / "constraints.txt").read_text(), re.MULTILINE)

    assert len(pinned) > 100
    assert lock == {(normal(name), version) for name, version in pinned}


@pytest.mark.parametrize("name", ["fake-tmdb", "dag-integrity"])
def test_thing_is_told_whole(tmp_path, lock, name):
    """Every distribution that is installed with it, each at the version of the lock, and it itself."""
    file, python = sbom.of_thing(name, tmp_path, tmp_path / "environment")
    asked = "from importlib.metadata import distributions as d; print(*(f'{x.name}=={x.version}' for x in d()))"
    told = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout
    installed = {(normal(each.partition("==")[0]), each.partition("==")[2]) for each in told.split()}

    assert name in {each for each, _ in installed}
    assert components(file) == installed
    assert {each for each in installed if each[0] != name} <= lock


def test_image_is_installed_as_the_dockerfile_says():
    """With the extras that it names."""
    assert sbom.things()["airflow-image"] == ".[airflow,stack,s3,warehouse,exports,alerts,monitoring,lineage]"
