import ast
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "tmdb_pipeline": ROOT / "src" / "tmdb_pipeline",
    "fake_tmdb": ROOT / "fake_tmdb",
    "dag_integrity": ROOT / "src" / "dag_integrity",
}
#: What must not be imported, and the contract of `pyproject.toml` that says so.
FORBIDDEN = {
    "quality needs TMDB": ("quality/rules/rule.py", "from tmdb_pipeline.tmdb import errors", "judges"),
    "a stage needs its sibling": (
        "transform/daily_summary.py",
        "import tmdb_pipeline.quality.gate",
        "floors",
    ),
    "what is below needs what is above": ("tmdb/errors.py", "import tmdb_pipeline.extract.errors", "floors"),
    "for its types alone": (
        "settings.py",
        "if TYPE_CHECKING:\n    from tmdb_pipeline.lake.store import Lake",
        "floors",
    ),
    "in a function": ("clock.py", "def zone():\n    import tmdb_pipeline.settings", "floors"),
    "Airflow beside its room": ("quality/gate.py", "from airflow.sdk import task", "airflow"),
    "what needs Airflow in tmdb-ops": ("ops/place.py", "import tmdb_pipeline.page.names", "operations"),
    "the fake in the pipeline": ("demo/runs.py", "import fake_tmdb", "http"),
    "the pipeline in the DAG checks": ("../dag_integrity/lint.py", "import tmdb_pipeline.clock", "http"),
    "Airflow in the DAG checks": ("../dag_integrity/cli.py", "import airflow", "airflow"),
    "the catalogue of the fake needs its API": (
        "../fake_tmdb/catalogue/dates.py",
        "import fake_tmdb.api.paging",
        "wings",
    ),
}


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


def contracts(folder):
    """What import-linter says of the packages in a folder that has the project's contracts."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.fixture
def layout(tmp_path):
    """A copy of the packages and of their contracts."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, path in PACKAGES.items():
        shutil.copytree(path, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_contracts_of_imports_are_kept(layout):
    """A floor imports only what is below it, siblings never each other, and the fake and the pipeline share HTTP."""
    told = contracts(layout)

    assert told.returncode == 0, told.stdout + told.stderr
    assert "0 broken" in told.stdout


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_import_that_a_contract_forbids_is_found(layout, kind):
    """Each contract can fail, and is the only one that does."""
    module, line, contract = FORBIDDEN[kind]
    path = layout / "tmdb_pipeline" / module
    path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")

    told = contracts(layout)

    assert told.returncode == 1, told.stdout + told.stderr
    assert "1 broken" in told.stdout
    (name,) = (each["name"] for each in _declared(layout) if each["id"] == contract)
    assert f"{name} BROKEN" in told.stdout


def _declared(folder):
    return tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


@pytest.mark.parametrize("root", PACKAGES.values(), ids=PACKAGES)
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

    assert len(list(TopologicalSorter(needs).static_order())) == len(names) > 20


@pytest.mark.parametrize("root", PACKAGES.values(), ids=PACKAGES)
def test_modules_and_folders_stay_small(root):
    """A reader finds a place by its name, and reads a module at one sitting."""
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in root.rglob("*.py")}
    folders = {
        folder: [p for p in folder.glob("*.py") if p.name != "__init__.py"] for folder in (root, *root.rglob("*/"))
    }

    assert median(count for path, count in lines.items() if path.name != "__init__.py") < 110
    assert {path: count for path, count in lines.items() if count > 350} == {}
    assert {folder: len(modules) for folder, modules in folders.items() if len(modules) >= 14} == {}


@pytest.mark.parametrize("path", sorted((ROOT / "dags").glob("*.py")), ids=lambda path: path.name)
def test_dag_files_hold_wiring_only(path):
    """A DAG file imports Airflow, this package and the types of its params: no HTTP, no file formats, no SQL."""
    allowed = {"airflow", "msgspec", "tmdb_pipeline", "typing"}

    assert {name.split(".")[0] for name in imported(path)} <= allowed
