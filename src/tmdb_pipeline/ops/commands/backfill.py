"""``tmdb-ops backfill``: runs of a DAG for dates that were missed."""

from datetime import datetime, time
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from tmdb_pipeline.clock import SEOUL, SystemClock
from tmdb_pipeline.ops.airflow_api.client import AlreadyThere, Wrong
from tmdb_pipeline.ops.airflow_api.documents import Backfill
from tmdb_pipeline.ops.commands.options import DagName, Json
from tmdb_pipeline.ops.dag_names import find_dag, short_name, spec_of
from tmdb_pipeline.ops.days import run_date
from tmdb_pipeline.ops.errors import Busy, Misused
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.place import Place

#: What ``--again`` takes, in Airflow's words.
_AGAIN = {"none": "none", "failed": "failed", "all": "completed"}


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A backfill and its dates; where it was only shown, the dates alone."""

    dag_id: str
    dates: list[datetime]
    backfill: Backfill | None = None


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("backfill")(run)


def run(
    context: typer.Context,
    *,
    dag: DagName,
    first: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM-DD", help="The first run date, in Seoul.", show_default=False)
    ],
    last: Annotated[
        str, typer.Option("--to", metavar="YYYY-MM-DD", help="The last run date; none for --from.", show_default=False)
    ] = "",
    again: Annotated[
        str, typer.Option("--again", metavar="none|failed|all", help="Which dates that have run are run again.")
    ] = "none",
    at_once: Annotated[int, typer.Option("--at-once", min=1, max=100, help="How many run at once, at most.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the dates, and start nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Start runs of a DAG for dates that were missed. They go on without this command.

    Of TMDB's lists nobody can ask what they were: a collection files the lists of today under each date.
    """
    place: Place = context.obj
    now, output = SystemClock().now(), Output(as_json=as_json)
    from_day, to_day = run_date(first, now), run_date(last or first, now)
    if to_day < from_day:
        raise Misused(f"{to_day} is before {from_day}: give the earlier one by --from.")
    if again not in _AGAIN:
        raise Misused(f"--again={again} is not known: give none, failed or all.")
    found = find_dag(place.api, dag)
    name, spec = short_name(found.dag_id), spec_of(found.dag_id)
    body: dict[str, Any] = {
        "dag_id": found.dag_id,
        "from_date": datetime.combine(from_day, time(), SEOUL).isoformat(),
        "to_date": datetime.combine(to_day, time(23, 59, 59), SEOUL).isoformat(),
        "reprocess_behavior": _AGAIN[again],
        "max_active_runs": at_once,
    }
    try:
        dates = [each.logical_date for each in place.api.backfill_dates(body)]
    except Wrong as error:
        if found.next_dagrun_run_after is None and "non-periodic" in str(error):
            raise Misused(
                f"{name} is started by other DAGs and has no dates of its own: give it one with tmdb-ops trigger "
                f"{name} --date."
            ) from None
        raise
    begun = Begun(dag_id=found.dag_id, dates=dates)
    if dry_run or not dates:
        output.show(begun, lambda console: _dates(console, name, dates))
        return
    _confirmed(output, name, dates, collects=spec is not None and spec.collects, yes=yes)
    try:
        backfill = place.api.backfill(body)
    except AlreadyThere:
        raise Busy(f"A backfill of {name} is under way: wait until it has ended, see tmdb-ops status {name}.") from None
    begun = msgspec.structs.replace(begun, backfill=backfill)
    held = f" They wait until tmdb-ops unpause {name}." if found.is_paused else ""
    said = f"Backfill {backfill.id} of {name} has begun: {_number(dates)}. See tmdb-ops status {name}.{held}"
    output.show(begun, lambda console: tell(console, said))


def _confirmed(output: Output, name: str, dates: list[datetime], *, collects: bool, yes: bool) -> None:
    """Ask whether to begin.

    Raises:
        Misused: there is nobody to ask, and nobody has said yes.
        typer.Abort: the answer is no.
    """
    doubt = "TMDB tells what its lists are now: each date gets the lists of today. " if collects else ""
    if yes:
        return
    if not output.is_terminal:
        raise Misused(f"{doubt}Nobody can be asked here whether to start {_number(dates)} of {name}: give --yes.")
    _dates(output.console, name, dates)
    if doubt:
        output.say(doubt.strip(), style="yellow")
    typer.confirm(f"Start {_number(dates)} of {name}?", abort=True)


def _dates(console: Console, name: str, dates: list[datetime]) -> None:
    if not dates:
        tell(console, f"There is no date of {name} to run between these: --again runs such as have run again.")
        return
    days = [f"{each.astimezone(SEOUL):%Y-%m-%d}" for each in dates]
    shown = days if len(days) <= 10 else [*days[:5], "...", *days[-4:]]  # noqa: PLR2004 - of many, both ends
    tell(console, f"{_number(dates)} of {name}: {', '.join(shown)}")


def _number(dates: list[datetime]) -> str:
    return "1 run" if len(dates) == 1 else f"{len(dates)} runs"
