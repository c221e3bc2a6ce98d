"""``tmdb-ops audit``: who did what, by Airflow's event log and by the log of operations in the stack."""

import os
from datetime import date, datetime, time, timedelta
from typing import Annotated

import msgspec
import typer

from tmdb_pipeline.clock import SEOUL, SystemClock
from tmdb_pipeline.lake.operations import Operation, noted
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.audit.trail import trail
from tmdb_pipeline.ops import deeds
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.dag_names import complete_dags, dag_id
from tmdb_pipeline.ops.days import run_date
from tmdb_pipeline.ops.output import Output
from tmdb_pipeline.ops.overview import INSIDE
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.settings import Settings

#: Days that are shown unless somebody says otherwise.
_DAYS = 30


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("audit")(run)


def run(
    context: typer.Context,
    *,
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="YYYY-MM-DD", help=f"The first day, in Seoul ({_DAYS} days ago).", show_default=False
        ),
    ] = "",
    who: Annotated[
        str,
        typer.Option("--who", metavar="NAME", help="Only by those whose name holds this.", show_default=False),
    ] = "",
    dag: Annotated[
        str,
        typer.Option(
            "--dag",
            metavar="DAG",
            help="Only what was done to this DAG.",
            autocompletion=complete_dags,
            show_default=False,
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Show who triggered, paused or cleared what, changed a Connection, loaded, migrated, backed up or restored."""
    place: Place = context.obj
    now = SystemClock().now()
    today = now.astimezone(SEOUL).date()
    first = run_date(since, now) if since else today - timedelta(days=_DAYS)
    language = Settings.from_environment({"TMDB_LOCALE": _locale(place)}).locale
    events = place.api.events(datetime.combine(first, time(), SEOUL))
    found = trail(events, _operations(place, first, today), who=who, dag=dag_id(dag))
    Output(as_json=as_json).show(found, lambda console: deeds.draw(console, found, language))


def _locale(place: Place) -> str:
    return os.environ.get("TMDB_LOCALE") or ("" if place.is_elsewhere else place.stack.settings.get("TMDB_LOCALE", ""))


def _operations(place: Place, first: date, last: date) -> list[Operation]:
    """What the commands of this project did, by this machine's data root or else by the scheduler's."""
    if place.data_root:
        return noted(Lake(place.data_root), first, last)
    if place.is_elsewhere:
        return []
    told = place.stack.inside("scheduler", *INSIDE, "operations", first.isoformat(), last.isoformat())
    return msgspec.json.decode(told, type=list[Operation])
