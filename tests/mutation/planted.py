"""Protections taken away by hand, as ``planted.toml`` has them: for each the test that has to notice, and does or not.

What ``mutation.run`` changes is every small thing; here it is what a protection stands and falls with.
"""

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PLANTED = Path(__file__).with_name("planted.toml")
#: What a test and the code that it judges need of the project.
_NEEDED = ("src", "fake_tmdb", "tests", "pyproject.toml")
_FAILED = 1  # pytest's status where tests were run, and failed; anything else is no answer


class Planted(NamedTuple):
    """A protection that is taken away: in which file what is written in the place of what, and which test fails."""

    of: str
    file: str
    old: str
    new: str
    test: str


def planted_in(text: str) -> list[Planted]:
    """The mutants that a file declares."""
    return [Planted(**entry) for entry in tomllib.loads(text)["mutant"]]


def noticed(mutant: Planted, copy: Path) -> bool:
    """Whether its test fails in a copy of the project without the protection; the copy is put right again.

    Raises:
        ValueError: what is to be replaced does not stand there once.
    """
    place = copy / mutant.file
    whole = place.read_text("utf-8")
    if whole.count(mutant.old) != 1:
        raise ValueError(f"{mutant.of}: {mutant.old!r} stands {whole.count(mutant.old)} times in {mutant.file}")
    place.write_text(whole.replace(mutant.old, mutant.new), "utf-8")
    path = os.pathsep.join(str(copy / folder) for folder in ("src", ".", "tests"))
    env = os.environ | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "TMDB_HYPOTHESIS_PROFILE": "mutation"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", mutant.test]
    try:
        done = subprocess.run(command, cwd=copy, env=env, capture_output=True, check=False)
    finally:
        place.write_text(whole, "utf-8")
    return done.returncode == _FAILED


def main(mutants: Sequence[Planted] | None = None) -> int:
    """Try each; 1 if one was not noticed."""
    missed = 0
    with TemporaryDirectory(prefix="mutation-") as folder:
        for name in filter(lambda name: (ROOT / name).exists(), _NEEDED):
            take = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            take(ROOT / name, Path(folder, name))
        for mutant in planted_in(PLANTED.read_text("utf-8")) if mutants is None else mutants:
            found = noticed(mutant, Path(folder))
            missed += not found
            print(f"{'noticed' if found else 'MISSED '}  {mutant.of}", flush=True)  # noqa: T201 - a command
    return 1 if missed else 0
