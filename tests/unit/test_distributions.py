"""The three distributions of this repository: each declares what it imports."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: The folders of the distributions, and where each has its package.
PACKAGES = {".": "src/tmdb_pipeline", "fake_tmdb": "fake_tmdb", "src/dag_integrity": "src/dag_integrity"}
PROJECTS = {
    folder: tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for folder in PACKAGES
}
#: Packages that are not named like their module.
PACKAGE_OF = {
    "airflow": "apache-airflow",
    "markupsafe": "jinja2",
    "time_machine": "time-machine",
    "upath": "universal-pathlib",
    "yaml": "pyyaml",
}
#: What Airflow brings, for what is imported only where it is.
PACKAGE_OF |= dict.fromkeys(("fastapi", "opentelemetry", "structlog"), "apache-airflow")
#: Whoever loads a plugin of pytest has pytest.
HOSTS = {"pytest"}
#: uvicorn and Airflow import them for us; of the last only the fonts are used.
BY_NAME = {"celery", "httptools", "statsd", "koreanize-matplotlib"}
BY_NAME |= {f"apache-airflow-providers-{name}" for name in ("celery", "fab", "postgres")}


def imported(package):
    """The top-level modules that a package imports anywhere, those of the standard library and its own left out."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module)
    return {name.partition(".")[0] for name in found} - sys.stdlib_module_names - {Path(package).name}


#: Extras whose packages are imported, and not only run.
IMPORTED = ("airflow", "exports", "monitoring", "ops", "s3", "stack", "warehouse")


@pytest.mark.parametrize("folder", PACKAGES)
def test_what_is_imported_is_declared(folder):
    """A distribution depends on every package that it imports, without or with an extra, and on no other."""
    project = PROJECTS[folder]
    extras = project.get("optional-dependencies", {})
    declared = {*project["dependencies"], *(name for extra in IMPORTED for name in extras.get(extra, []))}

    needed = {PACKAGE_OF.get(name, name) for name in imported(PACKAGES[folder]) - HOSTS}
    assert needed == {re.split(r"[<>\[]", name)[0] for name in declared} - BY_NAME


@pytest.mark.parametrize("folder", PACKAGES)
def test_distributions_are_described_alike(folder):
    """Licence, versions of Python, readme and types are the same; each has a command of its own name."""
    project, first = PROJECTS[folder], PROJECTS["."]
    pythons = [[name for name in found["classifiers"] if "Python ::" in name] for found in (project, first)]

    assert pythons[0] == pythons[1]
    assert (project["license"], project["license-files"], project["requires-python"], project["readme"]) == (
        (first["license"], ["LICENSE"], first["requires-python"], "README.md")
    )
    assert "Typing :: Typed" in project["classifiers"]
    assert (ROOT / PACKAGES[folder] / "py.typed").exists()
    assert (ROOT / folder / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()
    assert next(iter(project["scripts"])) == project["name"]
