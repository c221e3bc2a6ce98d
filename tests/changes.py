"""Which faults of the full stack a change needs: ``python -m changes [--all]`` says it, with ``tests`` on the path.

All of them take ten minutes, so every run of the gate has one. The others are run every night, where ``--all`` asks for
them, and where something has changed that decides how the stack takes a fault. ``E2E_STACK_FAULTS`` (all, one)
overrides what has changed.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
#: Files, and folders with all that is in them, by what they decide. What else a run is made of (the fake, the quality
#: rules, what files look like) is the same after a fault as without one, which every run of the gate tries.
DECIDING = {
    "compose.yaml": "which services there are, how they are watched and started again",
    "Dockerfile": "what runs in them",
    ".dockerignore": "the same",
    "deploy": "how a service starts and says that it is well",
    "constraints.txt": "the version of Airflow, of its executors and of the drivers",
    "pyproject.toml": "which packages are in the image",
    "dags": "retries, pools and how many runs at once",
    "src/tmdb_pipeline/dags.py": "the same",
    "src/tmdb_pipeline/orchestration": "which errors are tried again, and after how long",
    "src/tmdb_pipeline/extract": "what a second try finds, and asks for again",
    "src/tmdb_pipeline/ops": "what comes back of a backup, and goes on while secrets or versions are replaced",
    "src/tmdb_pipeline/lake": "that a file is there whole or not at all, and who holds a date's lock",
    "tests/e2e/stack": "the faults themselves",
    "tests/changes.py": "this choice",
}


def concerned(paths: Iterable[str]) -> list[str]:
    """Those of the paths that decide how the stack takes a fault."""
    return [path for path in paths if any(Path(path).is_relative_to(deciding) for deciding in DECIDING)]


def changed(root: Path, environ: Mapping[str, str]) -> list[str] | None:
    """The paths in which a work tree differs from what it is to be merged into, or None where that is not known.

    On GitHub that is the first parent: of a pull request's merge what it is merged into, of a push the commit before.
    Elsewhere it is where the branch left ``origin/main``, and what has not been committed is counted.
    """
    try:
        base = "HEAD^1" if environ.get("GITHUB_ACTIONS") else _git(root, "merge-base", "HEAD", "origin/main").strip()
        differing = _git(root, "diff", "--name-only", "--no-renames", "-z", base)
        added = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    except (OSError, subprocess.CalledProcessError):
        return None
    return [path for path in (differing + added).split("\0") if path]


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", errors="surrogateescape").stdout


def choice(arguments: Iterable[str], environ: Mapping[str, str], root: Path = ROOT) -> tuple[bool, str]:
    """Whether all faults are to be tried, and why."""
    if "--all" in arguments:
        return True, "they were asked for"
    if told := environ.get("E2E_STACK_FAULTS"):
        return told != "one", f"E2E_STACK_FAULTS is {told}"
    paths = changed(root, environ)
    if paths is None:
        return True, "git does not tell what has changed"
    if found := concerned(paths):
        return True, f"{found[0]} has changed"
    return False, "nothing has changed that the others depend on"


def main(arguments: Iterable[str], environ: Mapping[str, str]) -> None:
    """Write it in a sentence that begins with All or One."""
    everything, why = choice(arguments, environ)
    sys.stdout.write(f"{'All' if everything else 'One'} of the stack's faults: {why}.\n")


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
