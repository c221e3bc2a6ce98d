"""Mutation testing: ``python -m mutation.run [AREA ...] [options]``, with ``tests`` on the path.

One small thing at a time is changed in the modules of an area (``areas.toml``), in a temporary copy, and the tests that
run the changed line are run. A change that no test notices is a survivor: write a test that does, unless none can.
``--only tmdb_pipeline.lake.store.*`` tries the mutants of these functions, ``--shard 2/10`` every tenth, ``--planted``
those that were written by hand (``planted.toml``).

mutmut and cosmic-ray do not serve here: one leaves alone module-level data, decorators and code outside of packages,
which is most of a DAG; the other starts Python, and with it Airflow, for each mutant.
"""

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from mutation import planted
from mutation.areas import AREAS, Area, areas_in
from mutation.score import Outcome, outcome_of, survivors, table

ROOT = Path(__file__).parents[2]
_LEFT = ("__pycache__", ".git", ".nox", ".venv", ".*_cache", ".coverage*", ".probes*", "e2e-results", "demo-output")


def started(area: Area, part: str, only: Sequence[str], copy: Path) -> subprocess.Popen[str]:
    """Start the trials of a shard in a copy of the project."""
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT), symlinks=True)
    path = os.pathsep.join(str(copy / folder) for folder in ("src", ".", "tests"))
    env = os.environ | {"PYTHONPATH": path, "TMDB_HYPOTHESIS_PROFILE": "mutation", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "mutation.trials", area.name, part, *only]
    return subprocess.Popen(command, cwd=copy, env=env, text=True, stdout=subprocess.PIPE)


def tried(area: Area, part: tuple[int, int], only: Sequence[str], jobs: int) -> list[Outcome]:
    """Try the mutants of a shard of an area in several processes.

    Raises:
        SystemExit: the trials themselves failed.
    """
    number, of = part
    with TemporaryDirectory(prefix="mutation-") as folder:
        parts = [f"{number + of * job}/{of * jobs}" for job in range(jobs)]
        running = [started(area, name, only, Path(folder, f"{job}")) for job, name in enumerate(parts)]
        said = [process.communicate()[0] for process in running]
        if any(process.returncode for process in running):
            sys.exit(f"The trials of {area.name} did not end as they should; what went wrong stands above.")
    return [outcome_of(line) for text in said for line in text.splitlines()]


def main(arguments: Sequence[str]) -> None:
    """Try the mutants, and print the survivors and the score."""
    areas = areas_in(AREAS.read_text("utf-8"))
    parser = argparse.ArgumentParser(prog="nox -s mutation --")
    parser.add_argument("areas", nargs="*", metavar="AREA", help=f"{', '.join(areas)} (all)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="PATTERN", help="functions, such as deploy.init.*"
    )
    parser.add_argument("--shard", type=shard, default=(1, 1), metavar="K/N", help="every N-th mutant from the K-th on")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="at once (%(default)s)")
    parser.add_argument("--planted", action="store_true", help="try those of planted.toml, and no others")
    chosen = parser.parse_args(arguments)
    if chosen.planted:
        sys.exit(planted.main())
    if unknown := [name for name in chosen.areas if name not in areas]:
        parser.error(f"there is no area {', '.join(unknown)}")
    outcomes: list[Outcome] = []
    for area in [areas[name] for name in chosen.areas or areas]:
        found = tried(area, chosen.shard, chosen.only, chosen.jobs)
        outcomes += found
        print(f"{area.name}:", *survivors(found), table(found), sep="\n\n", end="\n\n", flush=True)  # noqa: T201 - a command
    print(table(outcomes))  # noqa: T201 - as above


def shard(text: str) -> tuple[int, int]:
    """K and N of ``K/N``.

    Raises:
        ValueError: there is no such shard.
    """
    number, _, of = text.partition("/")
    if not 1 <= int(number) <= int(of):
        raise ValueError(text)
    return int(number), int(of)


if __name__ == "__main__":  # pragma: no cover - the tests call main
    main(sys.argv[1:])
