"""The command ``tmdb-ops``: its parser, and what becomes of what goes wrong.

A command is a module in ``COMMANDS``, whose ``add`` declares it on the parser. What it raises becomes one sentence on
standard error and an exit status here.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Final, Protocol

import typer

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.ops.commands import (
    audit,
    backfill,
    backup,
    doctor,
    lifecycle,
    logs,
    pause,
    performance,
    rotate,
    status,
    trigger,
    upgrade,
)
from tmdb_pipeline.ops.errors import Misused, OpsError, Status, epilog
from tmdb_pipeline.ops.output import complain
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.settings import SettingsError

_HELP = """\
Run the stack of compose.yaml, and what runs in it.

Run it in the folder of the project, or name that with --folder or TMDB_STACK_FOLDER.
Airflow is asked as the administrator in .env; or, also from another machine, at TMDB_AIRFLOW_URL
by TMDB_AIRFLOW_USER and TMDB_AIRFLOW_PASSWORD, or by TMDB_AIRFLOW_TOKEN."""


def _version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        sys.stdout.write(f"tmdb-ops {version('tmdb-pipeline')}\n")
        raise typer.Exit


class Command(Protocol):
    """A command: what its module has to have."""

    def add(self, app: typer.Typer) -> None:
        """Declare the command."""


#: Every command, in the order in which help shows them.
COMMANDS: Final[tuple[Command, ...]] = (
    *(lifecycle, status, trigger, logs, pause, backfill),
    *(performance, doctor, audit, backup, upgrade, rotate),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Returns:
        Its exit status, see ``errors.Status``.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        returned = parser()(given, prog_name="tmdb-ops", standalone_mode=False)
    except OpsError as error:
        complain(error, as_json=as_json)
        return error.status
    except SettingsError as error:
        complain(Misused(str(error)), as_json=as_json)
        return Status.MISUSED
    except LakeError as error:
        complain(OpsError(str(error)), as_json=as_json)
        return Status.FAILED
    except typer.TyperException as error:
        complain(
            Misused(f"{error.format_message().rstrip('.')}: tmdb-ops --help shows what there is."), as_json=as_json
        )
        return Status.MISUSED
    except typer.Abort:
        return Status.STOPPED
    return returned if isinstance(returned, int) else Status.DONE


def parser() -> typer.Typer:
    """What understands the command line, and runs the command."""
    app = typer.Typer(
        help=_HELP,
        epilog=epilog(),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode="rich",
    )
    app.callback()(_common)
    for command in COMMANDS:
        command.add(app)
    return app


def _common(
    context: typer.Context,
    *,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--folder",
            "-C",
            metavar="FOLDER",
            help="Where compose.yaml and .env are, if not here or above.",
            show_default=False,
        ),
    ] = None,
    show_version: Annotated[  # noqa: ARG001 - what it does is done when it is parsed
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    context.obj = Place(folder)
