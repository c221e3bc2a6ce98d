import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "tmdb_pipeline"
#: From the ground up: each may import what stands before it, never what stands behind it.
ORDER = [
    "clock",
    "settings",
    "movies",
    "tmdb",
    "layout",
    "disk",
    "document",
    "lake",
    "records",
    "quality",
    "checkpoint",
    "collection",
    "audit",
    "summary",
    "orchestration",
    "ops",
]


@cache
def imported(path):
    """The modules that a file imports, wherever in it, as dotted names; ``from a import b`` counts as ``a.b``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def part(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.name != "__init__.py")


def test_every_part_has_its_place():
    """A new part of the package has to be given its place in the order."""
    assert {part(path) for path in MODULES} == set(ORDER)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_point_down(path):
    """No module imports from a part that stands above its own, so there are no circles."""
    mine = ORDER.index(part(path))

    parts = {name.split(".")[1] for name in imported(path) if name.startswith("tmdb_pipeline.")}
    assert {name for name in parts if ORDER.index(name) > mine} == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_airflow_is_imported_in_one_part_only(path):
    """Everything but the adapter runs and is tested without Airflow."""
    imports_airflow = any(name.split(".")[0] == "airflow" for name in imported(path))

    assert not imports_airflow or part(path) == "orchestration"


@pytest.mark.parametrize("root", [PACKAGE, ROOT / "fake_tmdb"], ids=lambda root: root.name)
def test_modules_import_each_other_in_no_circle(root):
    """Every module can be read after those that it imports, those it imports for their types included."""
    paths = {".".join(path.relative_to(root.parent).with_suffix("").parts): path for path in root.rglob("*.py")}
    names = {name for name in paths if not name.endswith("__init__")}

    # The name of a module, or of something in it
    needs = {
        name: {found for wanted in imported(paths[name]) for found in (wanted, wanted.rpartition(".")[0])}
        & names - {name}
        for name in names
    }

    assert len(list(TopologicalSorter(needs).static_order())) == len(names) > 30


def test_pipeline_and_fake_share_nothing_but_http():
    """Neither imports the other: that makes the fake a witness and not an accomplice."""
    pipeline = {name.split(".")[0] for path in [*MODULES, *(ROOT / "dags").glob("*.py")] for name in imported(path)}
    fake = {name.split(".")[0] for path in (ROOT / "fake_tmdb").rglob("*.py") for name in imported(path)}

    assert "fake_tmdb" not in pipeline
    assert "tmdb_pipeline" not in fake
    assert "fake_tmdb" in fake


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_dag_files_hold_wiring_only(path):
    """A DAG file imports Airflow, dates and this package: no HTTP, no file formats, no SQL."""
    allowed = {"airflow", "datetime", "pendulum", "tmdb_pipeline", "typing"}

    assert {name.split(".")[0] for name in imported(path)} <= allowed
