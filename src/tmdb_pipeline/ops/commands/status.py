"""``tmdb-ops status``: services, DAGs with their last and next runs, open alerts."""

from collections.abc import Sequence
from datetime import datetime

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from tmdb_pipeline.clock import SEOUL, SystemClock
from tmdb_pipeline.ops import overview
from tmdb_pipeline.ops.airflow_api.documents import Run, Task
from tmdb_pipeline.ops.commands.options import Json, MaybeDagName
from tmdb_pipeline.ops.compose.services import Service, Verdict
from tmdb_pipeline.ops.dag_names import find_dag
from tmdb_pipeline.ops.errors import Status
from tmdb_pipeline.ops.output import Output, table, tell
from tmdb_pipeline.ops.overview import AlertStatus, DagStatus, Overview, ServiceStatus
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.times import age, took, when

#: The mark and the colour of a verdict, and of a state of Airflow's.
VERDICTS = {
    Verdict.WELL: ("+", "green"),
    Verdict.STARTING: ("~", "yellow"),
    Verdict.UNWELL: ("x", "bold red"),
    Verdict.STOPPED: ("-", "yellow"),
    Verdict.MISSING: ("-", "yellow"),
}
STATES = {
    "success": "green",
    "failed": "bold red",
    "upstream_failed": "red",
    "running": "cyan",
    "up_for_retry": "yellow",
    "skipped": "dim",
}
#: Columns that the table of DAGs takes with what people call them.
_WIDE = 104


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("status")(run)


def run(context: typer.Context, *, dag: MaybeDagName = "", as_json: Json = False) -> int:
    """Show services, last and next runs, and open alerts; of a DAG its last runs and tasks.

    The exit status is 5 where a service is not well, or somebody does not answer.
    """
    place: Place = context.obj
    now = SystemClock().now()
    found = overview.look(place, find_dag(place.api, dag) if dag else None, now)
    Output(as_json=as_json).show(found, lambda console: draw(console, found, alone=bool(dag)))
    return Status.DONE if found.is_well else Status.NOT_WELL


def draw(console: Console, found: Overview, *, alone: bool = False) -> None:
    """Draw it for people."""
    now = found.at
    if found.services is not None and not alone:
        console.print(services_table(found.services))
        _advise(console, found.services)
        console.print()
    if alone and found.dags:
        _dag(console, found.dags[0], now)
    elif found.dags:
        console.print(_dags(found.dags, now, wide=console.width >= _WIDE))
        tell(console, f"Times are in Seoul, where it is {now.astimezone(SEOUL):%H:%M}.", "dim")
        console.print()
    if found.alerts is not None:
        _alerts(console, found.alerts, now)
    for sentence in found.wrong:
        tell(console, sentence, "red")


def state(word: str | None) -> Text:
    """A state of Airflow's in its colour."""
    return Text((word or "waiting").replace("_", " "), style=STATES.get(word or "", ""))


def services_table(services: Sequence[ServiceStatus]) -> Table:
    """Services with their verdicts, and what they say."""
    drawn = table("service", "", "since", "what it says")
    for each in services:
        service = each.service
        mark, style = VERDICTS[service.verdict]
        word = "done" if service.has_ended_well else service.verdict
        drawn.add_row(
            service.name,
            Text(f"{mark} {word}", style=style),
            Text(service.since, style="dim"),
            Text(each.why or _said(service)),
        )
    return drawn


def _said(service: Service) -> str:
    """What Docker and its own check say of a service, beyond its verdict."""
    if service.is_up:
        return "" if service.verdict is Verdict.STARTING else service.health
    return f"ended with {service.exit_code}" if service.exit_code else ""


def _advise(console: Console, services: Sequence[ServiceStatus]) -> None:
    verdicts = [each.service.verdict for each in services]
    if all(verdict in {Verdict.STOPPED, Verdict.MISSING} for verdict in verdicts):
        tell(console, "The stack is not running: start it with tmdb-ops start.", "yellow")
    elif unwell := next((each.service.name for each in services if each.service.verdict is Verdict.UNWELL), None):
        tell(console, f"See tmdb-ops logs {unwell}, mend what it says, then run tmdb-ops start.", "yellow")
    elif Verdict.STARTING in verdicts:
        tell(console, "Some services are still starting: look again in a moment.", "yellow")
    elif Verdict.STOPPED in verdicts or Verdict.MISSING in verdicts:
        tell(console, "The stack runs in part: tmdb-ops start starts the rest.", "yellow")


def _dags(dags: Sequence[DagStatus], now: datetime, *, wide: bool) -> Table:
    heads = ["DAG", *(["name"] if wide else []), "last run", "state", "took", "data age", "next run"]
    drawn = table(*heads, right=["took"])
    for each in dags:
        last = each.runs[0] if each.runs else None
        drawn.add_row(
            Text(each.name, style="bold"),
            *([each.display_name] if wide else []),
            when(last.start_date or last.run_after, now) if last else Text("never", style="dim"),
            state(last.state) if last else "",
            took(_seconds(last, now)) if last else "",
            age(each.succeeded_at, now),
            _next(each, now),
        )
    return drawn


def _next(dag: DagStatus, now: datetime) -> Text:
    if dag.is_paused:
        return Text("paused", style="yellow")
    return Text(when(dag.next_run, now)) if dag.next_run else Text("after its assets", style="dim")


def _dag(console: Console, dag: DagStatus, now: datetime) -> None:
    console.print(Text.assemble((dag.display_name, "bold"), "  ", (dag.dag_id, "dim")))
    console.print(Text.assemble("next run   ", _next(dag, now)))
    console.print(f"data age   {age(dag.succeeded_at, now)}")
    console.print()
    if not dag.runs:
        console.print(escape(f"It has never run: start a run with tmdb-ops trigger {dag.name} --wait."))
        console.print()
        return
    runs = table("run", "began", "state", "took", right=["took"])
    for run in dag.runs:
        runs.add_row(run.run_id, when(run.start_date or run.run_after, now), state(run.state), took(_seconds(run, now)))
    console.print(runs)
    console.print()
    console.print(tasks_table(dag.tasks, now))
    console.print()


def tasks_table(tasks: Sequence[Task], now: datetime) -> Table:
    """The tasks of a run, in the order in which they began."""
    drawn = table("task", "name", "state", "tries", "took", right=["tries", "took"])
    last = now.max.replace(tzinfo=now.tzinfo)
    for task in sorted(tasks, key=lambda task: (task.start_date or last, task.task_id)):
        drawn.add_row(
            task.task_id,
            task.task_display_name if task.task_display_name != task.task_id else "",
            state(task.state),
            str(task.try_number or ""),
            took(_seconds(task, now)),
        )
    return drawn


def _seconds(of: Run | Task, now: datetime) -> float | None:
    """How long a run or a task took, or has been going on by now."""
    if of.seconds is None and of.start_date and of.state == "running":
        return (now - of.start_date).total_seconds()
    return of.seconds


def _alerts(console: Console, alerts: Sequence[AlertStatus], now: datetime) -> None:
    if not alerts:
        tell(console, "No alert is open.", "green")
        return
    tell(console, f"{len(alerts)} open alert{'s' if len(alerts) > 1 else ''}", "bold")
    for alert in alerts:
        line = table("", "")
        line.show_header = False
        line.add_row(
            Text(when(alert.raised_at, now), style="bold yellow"), f"{alert.cause} [dim]{escape(alert.advice)}"
        )
        console.print(line)
