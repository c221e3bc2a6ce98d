"""Which files are measured: those of coverage.py's configuration."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from coverage.config import CoverageConfig


def configuration() -> CoverageConfig:
    """That of coverage.py for this project. ``coverage.Coverage()`` would end the measuring of this very process."""
    from coverage.config import read_coverage_config

    return read_coverage_config(config_file=True, warn=print)


class Sources:
    """Folders of files in Python, but for those that match a pattern."""

    def __init__(self, folders: list[str], omit: list[str]) -> None:
        self._folders = tuple(f"{Path(folder).absolute()}/" for folder in folders)
        self._omit = [str(Path(pattern).absolute()) for pattern in omit]

    @classmethod
    def of(cls, config: CoverageConfig) -> Self:
        """Those which coverage.py would measure here."""
        return cls(config.source or [], config.run_omit or [])

    def __contains__(self, path: str) -> bool:
        """Whether a file, by its absolute path, is one of them."""
        return path.startswith(self._folders) and not any(fnmatch(path, pattern) for pattern in self._omit)

    def files(self) -> list[str]:
        """All of them, by their absolute paths."""
        found = (str(path) for folder in self._folders for path in Path(folder).rglob("*.py"))
        return sorted(path for path in found if path in self)
