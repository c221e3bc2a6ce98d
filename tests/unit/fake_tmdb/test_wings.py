"""The wings of the fake and the way in which they may know each other."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "fake_tmdb"
#: From the ground up: each imports what stands before it. What stands at the top knows all of them.
WINGS = ["clock", "extra", "catalogue", "api", "faults", "http", "readme", "fake", "cli", "pytest_plugin", "command"]
MODULES = sorted(path for path in ROOT.rglob("*.py") if path.parent != ROOT or not path.name.startswith("__"))
#: What the fake imports beside the standard library; uvicorn needs httptools here.
PACKAGES = {"numpy", "orjson", "pytest", "uvicorn", "yaml"}


def imported(path):
    """The modules that a file imports, wherever in it, for types as well."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wing(path):
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def test_every_module_has_its_wing():
    """A new wing, or a new module at the top, is given its place."""
    assert {wing(path) for path in MODULES} == set(WINGS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_wing_knows_one_that_stands_above_it(path):
    """The catalogue knows no API, the API no faults, faults no HTTP, and none of them the fake as a whole."""
    known = {name.split(".")[1] for name in imported(path) if name.startswith("fake_tmdb.")}

    assert {name for name in known & set(WINGS) if WINGS.index(name) > WINGS.index(wing(path))} == set()


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=lambda path: path.name)
def test_a_folder_can_be_taken_in_at_a_glance(folder):
    """No folder has more than thirteen modules, and no module more than three hundred lines."""
    modules = sorted(folder.glob("*.py"))

    assert len(modules) < 14
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in modules) <= 300


def test_it_needs_few_packages():
    """Neither requests nor Airflow nor the pipeline: the fake can be installed alone."""
    names = {name.split(".")[0] for path in MODULES for name in imported(path)}

    assert names - sys.stdlib_module_names - {"fake_tmdb"} == PACKAGES
