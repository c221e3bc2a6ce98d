"""Mutation testing: ``python -m mutation.run [PATTERN ...]`` with ``tests`` on the path; see ``nox -s mutation``.

mutmut changes one thing at a time in the modules named in ``pyproject.toml`` and runs their tests, in a temporary copy.
A change that no test notices is a survivor, and has to stand in ``survivors.toml`` with its reason.
With a pattern such as ``tmdb_pipeline.lake.*`` only these mutants are tried, and nothing else is judged.

mutmut changes what functions do. Values of modules and classes stay: exact examples in the unit tests hold these.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from tempfile import TemporaryDirectory

from mutation.undecorated import undecorated
from mutation.verdict import change_of, complaints, listed_in, outcomes_of, table

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.toml")


def mutated(copy: Path) -> list[Path]:
    """Where mutmut puts the changed code; the processes that tests start have to find it there too."""
    return [copy / "mutants", copy / "mutants" / "src"]


def prepare(copy: Path) -> None:
    """Copy what the mutants and their tests need, with the decorators out of mutmut's way."""
    pyproject = (ROOT / "pyproject.toml").read_text("utf-8")
    config = tomllib.loads(pyproject)["tool"]["mutmut"]
    for folder in ("tests", *config["source_paths"], *config["also_copy"]):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "pyproject.toml").write_text(pyproject, "utf-8")
    for module in config["only_mutate"]:
        path = copy / module
        path.write_text(undecorated(path.read_text("utf-8")), "utf-8")
    for folder in mutated(copy):
        folder.mkdir()  # else Python remembers that there is nothing to import from


def mutmut(copy: Path, *args: str) -> str:
    """Run a command of mutmut in the copy and give what it printed.

    Raises:
        SystemExit: mutmut could not do it.
    """
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join(map(str, mutated(copy))),
        "TMDB_HYPOTHESIS_PROFILE": "mutation",
    }
    command = [str(Path(sys.executable).with_name("mutmut")), *args]
    done = subprocess.run(command, cwd=copy, env=env, check=False, text=True, stdout=subprocess.PIPE)
    if done.returncode:
        sys.exit(
            f"mutmut {args[0]} ended with {done.returncode}; this is the end of what it said:\n{done.stdout[-4000:]}"
        )
    return done.stdout


def main(patterns: Sequence[str]) -> int:
    """Try the mutants, print the score and what is not in order; give the exit status."""
    print("Trying the mutants. All of them take about ten minutes on two cores.", flush=True)  # noqa: T201 - a command
    with TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder)
        prepare(copy)
        mutmut(copy, "run", *patterns)
        everything = outcomes_of(mutmut(copy, "results", "--all", "true"))
        tried = [o for o in everything if not patterns or any(fnmatchcase(o.name, pattern) for pattern in patterns)]
        survivors = [change_of(o.function, mutmut(copy, "show", o.name)) for o in tried if not o.killed]
    functions = {outcome.function for outcome in tried}
    listed = [c for c in listed_in(SURVIVORS.read_text("utf-8")) if not patterns or c.function in functions]
    wrong = complaints(survivors, listed)
    print(table(tried), *wrong, sep="\n\n")  # noqa: T201 - as above
    return 1 if wrong else 0


if __name__ == "__main__":  # pragma: no cover - the tests call main
    sys.exit(main(sys.argv[1:]))
