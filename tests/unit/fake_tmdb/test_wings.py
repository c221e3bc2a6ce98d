"""The layout of the fake. Which wing may import which is a contract in pyproject.toml."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "fake_tmdb"
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
