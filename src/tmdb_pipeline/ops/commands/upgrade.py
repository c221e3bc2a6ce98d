"""``tmdb-ops upgrade``: new images, tried; or else the old ones with the old data."""

from typing import Annotated

import typer
from rich.console import Console

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.dags import MONITORING
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.dag_names import complete_dags, find_dag
from tmdb_pipeline.ops.errors import Interrupted, Misused
from tmdb_pipeline.ops.output import Output, table, tell
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.upgrade import journal
from tmdb_pipeline.ops.upgrade.upgrade import Upgrade, Upgraded, refuse_own_warehouse


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("upgrade")(run)


def run(
    context: typer.Context,
    *,
    build: Annotated[
        bool, typer.Option("--build/--no-build", help="Build images from the folder, or take those that .env names.")
    ] = True,
    pull: Annotated[bool, typer.Option("--pull", help="Ask registries also for what is here already.")] = False,
    dag: Annotated[
        str, typer.Option("--try", metavar="DAG", help="Whose run tries it.", autocompletion=complete_dags)
    ] = MONITORING.name,
    timeout: Annotated[
        int, typer.Option("--timeout", min=1, metavar="SECONDS", help="How long services, and the run, may take each.")
    ] = 900,
    undo: Annotated[bool, typer.Option("--undo", help="Take an upgrade back that was interrupted.")] = False,
    own_warehouse: Annotated[
        bool, typer.Option("--own-warehouse", help="Though a warehouse elsewhere would not be taken back.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Take new images: back up, start them, bring the data up to date, try a run; or all is as before.

    Airflow is stopped meanwhile. An upgrade that was interrupted is ended by the next call.
    """
    place: Place = context.obj
    stack, output = place.stack, Output(as_json=as_json)
    stack.check()  # before anything is begun
    upgrade = Upgrade(stack, SystemClock(), timeout, output.say)
    with stack.locked("upgraded"):
        try:
            if undo:
                said = upgrade.undo()
                output.show({"undone": said}, lambda console: tell(console, said))
                return
            left = journal.read(stack)
            dag_id = left.dag if left else _asked(stack, output, dag, own_warehouse=own_warehouse, yes=yes)
            done = upgrade.run(dag_id, build=build, pull=pull)
        except KeyboardInterrupt:
            if journal.read(stack) is None:
                raise
            raise Interrupted(
                "The upgrade was interrupted: finish it with tmdb-ops upgrade, or take it back with tmdb-ops upgrade "
                "--undo."
            ) from None
    output.show(done, lambda console: _draw(console, done))


def _asked(stack: Stack, output: Output, dag: str, *, own_warehouse: bool, yes: bool) -> str:
    """The id of the DAG that is run, once nothing speaks against an upgrade.

    Raises:
        Misused: something does.
        typer.Abort: the answer is no.
    """
    refuse_own_warehouse(stack, is_meant=own_warehouse)
    dag_id = find_dag(Place.of(stack).api, dag).dag_id
    if not yes:
        if not output.is_terminal:
            raise Misused("An upgrade stops Airflow for some minutes: say --yes where nobody can be asked.")
        typer.confirm(f"Upgrade the stack in {stack.path}? Airflow is stopped for some minutes.", abort=True)
    return dag_id


def _draw(console: Console, done: Upgraded) -> None:
    if not done.images:
        tell(console, "There is nothing new: the images are those that run, and all goes on.")
        return
    drawn = table("service", "before", "now")
    for service, pair in sorted(done.images.items()):
        drawn.add_row(service, *(digest.removeprefix("sha256:")[:12] for digest in pair))
    console.print(drawn)
    tell(console, f"The stack is upgraded, and works: {done.run} has succeeded. The data of before is {done.backup}.")
