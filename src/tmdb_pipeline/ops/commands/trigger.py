"""``tmdb-ops trigger`` and ``wait``: start a run, and see what becomes of it."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from tmdb_pipeline.clock import SEOUL, Clock, SystemClock
from tmdb_pipeline.dags import WAREHOUSE_LOAD
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, AirflowError, AlreadyThere
from tmdb_pipeline.ops.airflow_api.documents import Dag, Run, Task
from tmdb_pipeline.ops.commands.options import DagName, Json
from tmdb_pipeline.ops.commands.status import state, tasks_table
from tmdb_pipeline.ops.dag_names import find_dag, find_run, short_name, spec_of
from tmdb_pipeline.ops.days import run_date
from tmdb_pipeline.ops.errors import Busy, Interrupted, Misused, Status
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.times import took
from tmdb_pipeline.ops.watch import OVER, Look, watch


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A run, and its tasks where it was waited for."""

    run: Run
    tasks: Sequence[Task] = ()


def add(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("trigger")(trigger)
    app.command("wait")(wait)


def trigger(
    context: typer.Context,
    *,
    dag: DagName,
    day: Annotated[
        str,
        typer.Option(
            "--date", metavar="YYYY-MM-DD", help="The run date, in Seoul; none for today.", show_default=False
        ),
    ] = "",
    wait_for_it: Annotated[
        bool, typer.Option("--wait", "-w", help="Show what happens, and end with the run: 0 if it succeeded, else 1.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Where there is a run of the date already, do all of it again.")
    ] = False,
    unpause: Annotated[
        bool, typer.Option("--unpause", help="Unpause the DAG first, where it is paused: then its schedule runs, too.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Start a run of a DAG. It goes on without this command, whether that waits for it or not."""
    place: Place = context.obj
    clock, output = SystemClock(), Output(as_json=as_json)
    wanted = run_date(day, clock.now()) if day else None
    found = find_dag(place.api, dag)
    name = short_name(found.dag_id)
    if found.is_paused and unpause:
        place.api.set_paused(found.dag_id, paused=False)
    elif found.is_paused and wait_for_it:
        raise Misused(
            f"{name} is paused, so its run would wait for ever: run tmdb-ops unpause {name} first, or give --unpause."
        )
    run = start(place.api, found, wanted, again=again)
    if wait_for_it:
        return follow(place.api, run, output, clock)
    said = _started(run, is_held=found.is_paused and not unpause)
    output.show(Watched(run=run), lambda console: tell(console, said))
    return Status.DONE


def wait(
    context: typer.Context,
    *,
    dag: DagName,
    run_id: Annotated[
        str, typer.Argument(metavar="[RUN]", help="Its id; none for the latest run.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> int:
    """Show what happens in a run until it has ended; with its state the command ends, too."""
    place: Place = context.obj
    found = find_dag(place.api, dag)
    run = find_run(place.api, found.dag_id, run_id)
    return follow(place.api, run, Output(as_json=as_json), SystemClock())


def start(api: AirflowApi, dag: Dag, day: date | None, *, again: bool) -> Run:
    """Start a run for a date, or of now.

    Raises:
        Busy: there is a run of the date, and ``again`` does not say to do it again.
        AirflowError: Airflow cannot be asked, or refuses.
    """
    logical_date, conf = what_for(dag.dag_id, day)
    try:
        return api.trigger(dag.dag_id, logical_date=logical_date, conf=conf)
    except AlreadyThere:
        if logical_date is None:
            raise
        moment = logical_date.isoformat()
        there = api.runs(dag.dag_id, logical_date_gte=moment, logical_date_lte=moment)
        if not there:
            raise
    name, run = short_name(dag.dag_id), there[0]
    if not again:
        raise Busy(
            f"There is a run of {name} for {day} already, {run.run_id}, which {_is(run)}: look at it with tmdb-ops "
            f"wait {name} {run.run_id}, or do it again with --again."
        )
    if not run.has_ended:
        raise Busy(f"The run of {name} for {day} is {run.state}: wait for it with tmdb-ops wait {name} {run.run_id}.")
    api.clear(run)
    return api.run(run.dag_id, run.run_id)


def _is(run: Run) -> str:
    return {"success": "has succeeded", "failed": "has failed"}.get(run.state, f"is {run.state}")


def what_for(dag_id: str, day: date | None) -> tuple[datetime | None, dict[str, Any]]:
    """The logical date and the params by which a run is one for a date: that of the schedule on that day."""
    if day is None:
        return None, {}
    if dag_id == WAREHOUSE_LOAD.id:
        return None, {"run_dates": [day.isoformat()]}
    spec = spec_of(dag_id)
    return (spec.due(day) if spec else datetime.combine(day, time(), SEOUL)), {}


def follow(api: AirflowApi, run: Run, output: Output, clock: Clock) -> int:
    """Show what happens in a run until it has ended; the exit status that tells how.

    Raises:
        Interrupted: Ctrl-C was pressed; the run goes on.
        AirflowError: Airflow cannot be asked any more; the run may go on.
    """
    name = short_name(run.dag_id)
    come_back = f"come back with tmdb-ops wait {name} {run.run_id}"
    output.say(f"{name} {run.run_id}", style="bold")
    try:
        look = _shown(api, run, output, clock)
    except KeyboardInterrupt:
        raise Interrupted(f"The run goes on without you: {come_back}.") from None
    except AirflowError as error:
        raise type(error)(f"{error} The run may go on: {come_back}.") from None
    output.show(Watched(run=look.run, tasks=look.tasks), lambda console: _ended(console, name, look))
    return Status.DONE if look.run.state == "success" else Status.FAILED


def _shown(api: AirflowApi, run: Run, output: Output, clock: Clock) -> Look:
    if not output.is_terminal:
        return watch(api, run, clock, Lines(output))
    with Live(console=output.console, auto_refresh=False, transient=True) as live:
        return watch(api, run, clock, lambda look: live.update(_picture(look, clock.now()), refresh=True))


class Lines:
    """A line for each change of a task, where nothing can be drawn again."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._seen: dict[tuple[str, int], tuple[str | None, int]] = {}
        self._was_away = self._was_held = False

    def __call__(self, look: Look) -> None:
        """Print what has changed since the last look."""
        if look.is_away and not self._was_away:
            self._output.say("Airflow does not answer just now; it is asked again.", style="yellow")
        if look.is_held and not self._was_held:  # to a program as well, which would wait and not know why
            tell(self._output.console, _held(look.run), "yellow")
        self._was_away, self._was_held = look.is_away, look.is_held
        for task in look.tasks:
            key, now = (task.task_id, task.map_index), (task.state, task.try_number)
            if self._seen.get(key) != now and (task.state in OVER or task.state in {"running", "up_for_retry"}):
                told = took(task.seconds) if task.state in OVER else ""
                tries = f"try {task.try_number}" if task.try_number > 1 else ""
                more = ", ".join(filter(None, [told, tries]))
                word = (task.state or "").replace("_", " ")
                self._output.say(f"  {task.task_id}: {word}{f' ({more})' if more else ''}")
            self._seen[key] = now


def _picture(look: Look, now: datetime) -> Group:
    head = Text.assemble(state(look.run.state), f"  {look.done} of {len(look.tasks)} tasks are over")
    if look.run.start_date:
        head.append(f"  {took((now - look.run.start_date).total_seconds())}", style="dim")
    if look.is_away:
        head.append("  Airflow does not answer just now; it is asked again.", style="yellow")
    held = [Text(_held(look.run), style="yellow")] if look.is_held else []
    return Group(head, *held, tasks_table(look.tasks, now), Text("Ctrl-C leaves the run alone.", style="dim"))


def _held(run: Run) -> str:
    name = short_name(run.dag_id)
    return f"{name} is paused, so its run begins no more tasks: let it go on with tmdb-ops unpause {name}."


def _ended(console: Console, name: str, look: Look) -> None:
    console.print(tasks_table(look.tasks, look.run.end_date or look.run.run_after))
    lasted = took(look.run.seconds)
    if look.run.state == "success":
        tell(console, f"{name} has succeeded in {lasted}.", "green")
        return
    failed = look.failed
    why = f"see tmdb-ops status {name}"
    if failed:
        why = f"{' and '.join(failed)} failed. See tmdb-ops logs {name} {failed[0]}"
    tell(console, f"{name} has failed after {lasted}: {why}.", "bold red")


def _started(run: Run, *, is_held: bool) -> str:
    name = short_name(run.dag_id)
    if is_held:
        return (
            f"{name} is paused: its run {run.run_id} waits until somebody unpauses it, for instance with tmdb-ops "
            f"unpause {name}."
        )
    return f"Started {name}, run {run.run_id}: see what happens with tmdb-ops wait {name} {run.run_id}."
