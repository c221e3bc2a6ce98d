"""The command ``tmdb-pipeline``: its parser, and what becomes of what goes wrong.

A command is a module in ``COMMANDS``. Its ``add`` declares it by ``form.command``, which takes its ``run`` as well.
What ``run`` raises becomes one line on standard error and an exit status here.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final, Protocol

from rich.console import Console

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import alert_test, audit, collect, collections, demo, features, load, replay
from tmdb_pipeline.cli.form import RUNS, Commands
from tmdb_pipeline.cli.model import command as model
from tmdb_pipeline.cli.warehouse import command as warehouse
from tmdb_pipeline.demo import runs
from tmdb_pipeline.demo.airflow_home import CommandFailed
from tmdb_pipeline.demo.keeper import NotStarted
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.ops.airflow_api.client import AirflowError
from tmdb_pipeline.quality.replay.errors import ReplayError, UnknownRecord
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import WarehouseError


class Command(Protocol):
    """A command: what its module has to have."""

    def add(self, commands: Commands) -> None:
        """Declare the command."""


#: Every command, in the order in which help shows them.
COMMANDS: Final[tuple[Command, ...]] = (
    demo,
    collect,
    collections,
    load,
    warehouse,
    features,
    model,
    replay,
    audit,
    alert_test,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        0 if it came to its end, or the status that it gives; 1 if it failed; 2 if it could not begin, because of what
        was asked or what is set; 130 if somebody stopped it.
    """
    interrupts.listen()
    asked = parser().parse_args(arguments)
    try:
        return asked.run(asked) or 0
    except (SettingsError, UnknownRecord) as error:
        _complain(str(error))
        return 2
    except CommandFailed as error:
        _complain(_failure(error))
        return 1
    except (AirflowError, NotStarted, LakeError, ReplayError, WarehouseError) as error:
        _complain(str(error))
        return 1
    except runs.Stopped as stopped:
        _complain(str(stopped))
        return 130


def parser() -> argparse.ArgumentParser:
    """What understands the command line. The function that runs the command is ``run`` of what it has parsed."""
    program = argparse.ArgumentParser(
        prog="tmdb-pipeline",
        description="Collect movies from TMDB with Apache Airflow.",
        epilog=RUNS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    program.add_argument("--version", action="version", version=f"%(prog)s {version('tmdb-pipeline')}")
    commands = program.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return program


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
