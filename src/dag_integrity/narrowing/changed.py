"""Files that git says have changed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from dag_integrity.targets import ENDINGS, NothingToLintError


def changed(paths: Sequence[Path], since: str) -> list[Path]:
    """The files among these paths, and in them, that differ from a revision or are new to git.

    Raises:
        NothingToLintError: git is not there, or knows no such revision.
    """
    found: set[Path] = set()
    for path in paths:
        folder = (path if path.is_dir() else path.parent).resolve()
        told = _git(folder, "diff", "--name-only", "--diff-filter=d", "--relative", since, "--", ".")
        told += _git(folder, "ls-files", "--others", "--exclude-standard", "--", ".")
        files = {folder / name for name in told}
        found |= {file for file in files if file.suffix in ENDINGS and (path.is_dir() or file == path.resolve())}
    return sorted(found)


def _git(folder: Path, *arguments: str) -> list[str]:
    command = ["git", "-C", str(folder), "-c", "core.quotepath=off", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - git, and no shell
    except FileNotFoundError:
        raise NothingToLintError("--changed asks git, which is not installed: name the files instead.") from None
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        raise NothingToLintError(f"git cannot tell what has changed in {folder} ({last}): name the files instead.")
    return done.stdout.splitlines()
