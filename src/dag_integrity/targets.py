"""What is to be linted: folders, files, zips."""

from collections.abc import Iterable
from pathlib import Path

ENDINGS = (".py", ".zip")


class NothingToLintError(Exception):
    """There is nothing to lint; the message says why and what to do."""


def targets(paths: Iterable[Path]) -> dict[Path, list[Path]]:
    """Each folder with the files in it that are meant; all of them where there are none.

    Raises:
        NothingToLintError: a path is missing, or is no Python file, zip or folder of some.
    """
    found: dict[Path, list[Path]] = {}
    for path in paths:
        if not path.exists():
            raise NothingToLintError(f"There is no file or folder {path}: check the path.")
        if path.is_dir():
            if not any(found for ending in ENDINGS for found in path.rglob(f"*{ending}")):
                raise NothingToLintError(f"{path} holds no Python file: check the path.")
            found[path.resolve()] = []
    for path in paths:
        if not path.is_dir():
            if path.suffix not in ENDINGS:
                raise NothingToLintError(f"{path} is no Python file, zip or folder of some: check the path.")
            _add(found, path.resolve())
    return found


def _add(found: dict[Path, list[Path]], file: Path) -> None:
    whole = [folder for folder, files in found.items() if not files and folder in file.parents]
    if not whole:
        folder = next((above for above in file.parents if above.name == "dags"), file.parent)
        found.setdefault(folder, []).append(file)
