"""The good and broken DAGs for an older Airflow, copied with their tests.

An older SDK does not have all the names yet, and not all that is broken today was broken then.
"""

import ast
import shutil
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

TESTS = Path(__file__).parent / "dag_integrity"
COPIED = ("conftest.py", "checks/test_broken_dags.py", "broken_dags", "good_dags")
#: Where names of ``airflow.sdk`` lay before they moved into it, the latest place first.
PLACES = {
    "AssetOrTimeSchedule": ["airflow.timetables.assets"],
    "BaseHook": ["airflow.hooks.base"],
    "CronTriggerTimetable": ["airflow.timetables.trigger"],
    "MultipleCronTriggerTimetable": ["airflow.timetables.trigger"],
    "TriggerRule": ["airflow.task.trigger_rule", "airflow.utils.trigger_rule"],
}
#: What is in order before the version that deprecated it.
IN_ORDER_BEFORE = {
    "broken_dags/warnings/deprecated_decorator.py": (3, 1),
    "broken_dags/warnings/deprecated_import.py": (3, 1),
}


def has(module: str, name: str) -> bool:
    """Whether this Airflow has a name in a module."""
    try:
        return hasattr(import_module(module), name)
    except ImportError:
        return False


def moved(has: Callable[[str, str], bool]) -> dict[str, str]:
    """The names that the SDK lacks, and the module in which each of them is."""
    lacking = (name for name in PLACES if not has("airflow.sdk", name))
    return {name: next(place for place in PLACES[name] if has(place, name)) for name in lacking}


def translated(source: str, moved: dict[str, str]) -> str:
    """A source that imports moved names from where they are; every other line stays where it was."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "airflow.sdk":
            modules: dict[str, list[str]] = {}
            for alias in node.names:
                modules.setdefault(moved.get(alias.name, node.module), []).append(ast.unparse(alias))
            imports = "; ".join(f"from {module} import {', '.join(names)}" for module, names in modules.items())
            end = node.end_lineno or node.lineno
            lines[node.lineno - 1 : end] = [" " * node.col_offset + imports] + [""] * (end - node.lineno)
    return "\n".join(lines) + "\n"


def copy(to: str, airflow: str, has: Callable[[str, str], bool] = has) -> None:
    """Copy the DAGs and the tests of them for a version of Airflow; what is no Python stays as it is."""
    folder, version = Path(to), tuple(map(int, airflow.split(".")))
    for name in COPIED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        one = shutil.copytree if (TESTS / name).is_dir() else shutil.copyfile
        one(TESTS / name, folder / name)
    for name, deprecated in IN_ORDER_BEFORE.items():
        if version < deprecated:
            (folder / name).unlink()
    names = moved(has)
    for path in [*folder.glob("good_dags/*.py"), *folder.glob("broken_dags/*/*.py")]:
        if path.name != "syntax_error.py":
            path.write_text(translated(path.read_text("utf-8"), names), encoding="utf-8")
