"""The areas of the code that are mutated, each with the tests that judge it, as ``areas.toml`` has them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AREAS = Path(__file__).with_name("areas.toml")


@dataclass(frozen=True)
class Area:
    """Some modules and their tests.

    Attributes:
        name: one word.
        modules: patterns of their paths, relative to the project.
        tests: the folders and files of their tests, likewise.
        first: modules that the tests need to be imported before all others.
    """

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    first: tuple[str, ...] = ()

    def paths(self, root: Path) -> list[Path]:
        """The modules, sorted. Those that hold nothing but a docstring have no mutants, and do no harm."""
        return sorted({path for pattern in self.modules for path in root.glob(pattern)})

    def test_paths(self, root: Path) -> list[str]:
        """The folders and files of the tests, as pytest takes them."""
        return [str(path) for pattern in self.tests for path in sorted(root.glob(pattern))]


def areas_in(text: str) -> dict[str, Area]:
    """Read areas from TOML, by name."""
    entries: list[dict[str, Any]] = tomllib.loads(text)["area"]
    lists = ("modules", "tests", "first")
    return {
        entry["name"]: Area(**entry | {name: tuple(entry[name]) for name in lists if name in entry})
        for entry in entries
    }


def module_name(path: Path, root: Path) -> str:
    """A module as tests import it: what lies under ``src`` or ``tests`` is named from there."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[1:] if parts[0] in {"src", "tests"} else parts)
