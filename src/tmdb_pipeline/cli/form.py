"""How a command is declared and what its options may hold."""

import argparse
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TypeAlias

from rich.console import Console

from tmdb_pipeline.dags import FIRST_DAY
from tmdb_pipeline.ops.days import parse_day
from tmdb_pipeline.quality.values.json_values import printable

#: Columns that the tables need.
_WIDTH = 100
#: What commands are added to.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name
#: What the exit status of a command says that runs DAGs.
RUNS = """\
exit status:
  0    every run came to its end; the last lines say with which verdict
  1    a run failed: what failed, and why, is said
  2    nothing was begun: what to set or to give is said
  130  stopped by Ctrl-C, a cancelled job or a closed terminal"""


def command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], int | None],
    *,
    help: str,  # noqa: A002 - argparse calls it so
    description: str,
    status: str,
) -> argparse.ArgumentParser:
    """Add a command, which ``run`` runs; ``status`` says what its exit status means. Returns what takes its options."""
    added = commands.add_parser(
        name,
        help=help,
        description=description,
        epilog=status,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.set_defaults(run=run)
    return added


def add_date(parser: argparse.ArgumentParser) -> None:
    """Add ``--date``, the run date."""
    parser.add_argument(
        "--date",
        type=day,
        metavar="YYYY-MM-DD",
        help=f"the run date, in Seoul, from {FIRST_DAY} on: under which day files go (today)",
    )


def console(*, stderr: bool = False) -> Console:
    """Where a command prints to; a file or a pipe has no edge to wrap at, but room for the tables."""
    place = Console(stderr=stderr)
    if not place.is_terminal:
        place.width = max(place.width, _WIDTH)
    return place


def shown(file: Path) -> str:
    """The name of a file for a line on a screen: what cannot be printed is escaped."""
    return printable(str(file), 1000)


def number(name: str, lowest: int, highest: int) -> Callable[[str], int]:
    """The type of an option that is a whole number in a range; ``name`` says what it is a number of."""

    def parse(text: str) -> int:
        with suppress(ValueError):
            if lowest <= (found := int(text)) <= highest:
                return found
        raise argparse.ArgumentTypeError(f"{text!r} is no {name}: give one from {lowest} to {highest:,}")

    return parse


def day(text: str) -> date:
    """The type of an option that is a run date."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def folder(text: str) -> Path:
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
