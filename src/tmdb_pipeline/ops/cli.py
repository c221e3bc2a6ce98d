"""The command ``tmdb-pipeline``."""

import argparse
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console

from tmdb_pipeline.lake import LakeError
from tmdb_pipeline.ops import runs
from tmdb_pipeline.ops.account import DAILY, WEEKLY
from tmdb_pipeline.ops.airflow_home import CommandFailed
from tmdb_pipeline.ops.fake_server import FakeServerFailed
from tmdb_pipeline.orchestration.run_date import SEOUL
from tmdb_pipeline.settings import SettingsError

#: Columns that the tables need.
_WIDTH = 100
#: Movies in the largest catalogue that the fake makes.
_LARGEST = 5_000_000
_DAGS = {"daily": [DAILY], "weekly": [WEEKLY], "both": [DAILY, WEEKLY]}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 if all went well; 1 if a run failed; 2 if it could not begin, because of what was asked or what is set.
    """
    asked = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # under nohup it is ignored, and has to stay so
        signal.signal(signal.SIGHUP, _interrupt)
    console = Console()
    if not console.is_terminal:
        console.width = max(console.width, _WIDTH)  # a file or a pipe has no edge to wrap at
    dags = Path("dags").absolute()
    try:
        _require_dags(dags)
        out = asked.out.absolute()
        day = asked.date or datetime.now(SEOUL).date()
        if asked.command == "demo":
            faults = None if asked.no_faults else runs.DEMO_FAULTS
            runs.demo(console, day=day, seed=asked.seed, movies=asked.movies, faults=faults, out=out, dags=dags)
        else:
            runs.collect(console, _DAGS[asked.which], day=day, out=out, dags=dags, environ=os.environ)
    except SettingsError as error:
        _complain(str(error))
        return 2
    except (CommandFailed, FakeServerFailed, LakeError) as error:
        _complain(str(error))
        return 1
    except KeyboardInterrupt:
        next_time = {
            "collect": "run the same command again to go on",
            "demo": "the next demo begins anew, with a fake TMDB of its own",
        }
        _complain(f"Stopped. What was collected is kept; {next_time[asked.command]}.")
        return 130
    return 0


def _complain(sentence: str) -> None:
    Console(stderr=True).print(sentence, style="red", highlight=False, markup=False, soft_wrap=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Let whoever ends us end what we started, as Ctrl-C does."""
    raise KeyboardInterrupt


def _require_dags(folder: Path) -> None:
    if not (folder / f"{DAILY}.py").is_file():
        raise SettingsError("There is no folder dags/ here: change to the folder of the project, then run this again.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tmdb-pipeline", description="Collect movies from TMDB with Apache Airflow.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="the run date, in Seoul; today if not given")
    demo = commands.add_parser(
        "demo", parents=[common], help="run both DAGs against a fake TMDB: no key, no Docker, no network"
    )
    demo.add_argument("--seed", type=int, default=7, help="seed of the fake's catalogue (%(default)s)")
    demo.add_argument("--movies", type=_size, default=20_000, help="movies in the fake's catalogue (%(default)s)")
    demo.add_argument("--no-faults", action="store_true", help="let the fake behave: no trouble, no broken records")
    demo.add_argument("--out", type=Path, default="demo-output", help="folder for data and logs (%(default)s)")
    collect = commands.add_parser(
        "collect", parents=[common], help="run DAGs against TMDB with the key from TMDB_READ_TOKEN or TMDB_API_KEY"
    )
    collect.add_argument("which", choices=_DAGS, help="which DAG to run")
    collect.add_argument(
        "--out",
        type=Path,
        default="data",
        help="folder for logs, and for data unless TMDB_DATA_ROOT says another (%(default)s)",
    )
    return parser


def _size(text: str) -> int:
    with suppress(ValueError):
        if 1 <= (size := int(text)) <= _LARGEST:
            return size
    raise argparse.ArgumentTypeError(f"{text!r} is no size of a catalogue: give one from 1 to {_LARGEST:,}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: give one such as 2024-01-01") from None
