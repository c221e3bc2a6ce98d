"""``tmdb-ops logs``: of services, and of tasks."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import EVERY
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, NotThere
from tmdb_pipeline.ops.airflow_api.documents import Run, Task
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.dag_names import complete_dags, dag_id, find_dag, find_run, find_task, short_name, spec_of
from tmdb_pipeline.ops.errors import Misused, Status
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.place import Place

_LEVELS = {"error": "bold red", "critical": "bold red", "warning": "yellow", "debug": "dim"}


#: What moves the cursor of a terminal or colours it; Compose sends some, whatever it is told.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class TaskLog(msgspec.Struct, frozen=True, kw_only=True):
    """The log of a try of a task: events as Airflow keeps them."""

    dag_id: str
    run_id: str
    task_id: str
    try_number: int
    state: str | None
    events: Sequence[dict[str, Any] | str]


class Line(msgspec.Struct, frozen=True):
    """A line of a service's log."""

    service: str
    line: str


def _complete(incomplete: str) -> list[tuple[str, str]]:
    services = ("api-server", "check", "dag-processor", "init", "postgres", "scheduler", "triggerer", "worker")
    return [(name, "service") for name in services if name.startswith(incomplete)] + complete_dags(incomplete)


_Name = Annotated[
    str,
    typer.Argument(
        metavar="[SERVICE|DAG]", help="None for all services.", autocompletion=_complete, show_default=False
    ),
]
_Task = Annotated[
    str, typer.Argument(metavar="[TASK]", help="Of a DAG; none for one that failed, or the last.", show_default=False)
]


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("logs")(run)


def run(
    context: typer.Context,
    *,
    name: _Name = "",
    task: _Task = "",
    run_id: Annotated[
        str, typer.Option("--run", metavar="RUN", help="The run's id; none for the latest.", show_default=False)
    ] = "",
    try_number: Annotated[
        int | None, typer.Option("--try", min=1, metavar="N", help="Which try; none for the last.", show_default=False)
    ] = None,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many, from the end.")] = 100,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Of services: go on with what comes, until Ctrl-C.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show the log of services, or of a task of a DAG."""
    place: Place = context.obj
    output = Output(as_json=as_json)
    is_dag = bool(task) or spec_of(dag_id(name)) is not None
    if is_dag or (name and place.is_elsewhere):
        if follow:
            raise Misused("The log of a task is not followed: see what it does with tmdb-ops wait.")
        told = _of_task(place.api, name, task, run_id=run_id, try_number=try_number, lines=lines)
        output.show(told, lambda console: _draw(console, told))
        return Status.DONE
    if follow and as_json:
        raise Misused("What is followed has no end, as a document must: give --follow or --json.")
    if name:
        _require_service(place.stack, name)
    if follow:
        return _followed(place.stack, name, lines)
    found = _of_services(place.stack, name, lines)
    output.show(found, lambda console: _lines(console, found))
    return Status.DONE


def _require_service(stack: Stack, name: str) -> None:
    """Raises Misused where there is no service of this name, nor a DAG."""
    there = sorted({*stack.model.services, *(container.service for container in stack.containers())})
    if name not in there:
        raise Misused(
            f"There is no service and no DAG {name}: services are {', '.join(there)}; DAGs are "
            f"{', '.join(spec.name for spec in EVERY)}."
        )


def _of_services(stack: Stack, name: str, lines: int) -> list[Line]:
    arguments = ["--profile=*", "logs", "--no-color", f"--tail={lines}", *([name] if name else [])]
    printed = stack.compose(*arguments, doing="The logs cannot be read")
    parts = (_CONTROL.sub("", line).partition("|") for line in printed.splitlines())
    return [Line(service.strip(), text.removeprefix(" ")) for service, _, text in parts]


def _followed(stack: Stack, name: str, lines: int) -> int:
    """Hand on what Compose prints, until it ends or Ctrl-C is pressed."""
    running = stack.begin("--profile=*", "logs", "--follow", f"--tail={lines}", *([name] if name else []))
    said: list[str] = []
    try:
        with running:
            for line in running.stdout or ():
                said = [line]
                typer.echo(line, nl=False)
    except KeyboardInterrupt:
        return Status.STOPPED
    if running.returncode != 0:
        raise docker.explained("".join(said), "The logs cannot be read")
    return Status.DONE


def _of_task(api: AirflowApi, name: str, task: str, *, run_id: str, try_number: int | None, lines: int) -> TaskLog:
    dag = find_dag(api, name)
    runs = [find_run(api, dag.dag_id, run_id)]
    chosen = _chosen(api.tasks(dag.dag_id, runs[0].run_id), find_task(dag.dag_id, task), runs[0])
    number = try_number or chosen.try_number
    if not number:
        raise Misused(f"{chosen.task_id} has not begun in {runs[0].run_id}, so it has no log yet.")
    try:
        events = api.log(chosen, number)
    except NotThere:
        raise Misused(
            f"{chosen.task_id} had no try {number} in {chosen.run_id}: the last is {chosen.try_number}."
        ) from None
    return TaskLog(
        dag_id=dag.dag_id,
        run_id=chosen.run_id,
        task_id=chosen.task_id,
        try_number=number,
        state=chosen.state,
        events=events[-lines:],
    )


def _chosen(tasks: Sequence[Task], task_id: str, run: Run) -> Task:
    """The task that is named, or one that failed, or else the last that began.

    Raises:
        Misused: there is none.
    """
    if task_id:
        for task in tasks:
            if task.task_id == task_id:
                return task
        there = ", ".join(sorted(task.task_id for task in tasks))
        raise Misused(f"There is no task {task_id} in {short_name(run.dag_id)}: there are {there}.")
    begun = [task for task in tasks if task.start_date]
    begun.sort(key=lambda task: (task.state == "failed", task.start_date))
    if not begun:
        raise Misused(f"No task of {run.run_id} has begun: see tmdb-ops wait {short_name(run.dag_id)} {run.run_id}.")
    return begun[-1]


def _draw(console: Console, told: TaskLog) -> None:
    console.print(
        Text.assemble((told.task_id, "bold"), f"  try {told.try_number}, {told.state}  ", (told.run_id, "dim"))
    )
    for event in filter(_is_for_people, told.events):
        for text in _event(event):
            console.print(text, soft_wrap=True)


def _is_for_people(event: dict[str, Any] | str) -> bool:
    """Whether it is more than the mark of a group that Airflow's UI folds."""
    return not (isinstance(event, dict) and re.match(r"::(?:end)?group::", str(event.get("event", ""))))


def _event(event: dict[str, Any] | str) -> Iterable[Text]:
    """An event as lines: when in Seoul, how grave, what; below it the errors that came with it."""
    if isinstance(event, str):
        yield Text(event)
        return
    level, what = str(event.get("level", "")), str(event.get("event", ""))
    yield Text.assemble((_clock_time(event.get("timestamp")), "dim"), f" {level:<8}", (what, _LEVELS.get(level, "")))
    for error in event.get("error_detail") or ():
        yield Text(f"         {error.get('exc_type')}: {error.get('exc_value')}", style="red")


def _clock_time(timestamp: object) -> str:
    try:
        return f"{datetime.fromisoformat(str(timestamp)).astimezone(SEOUL):%H:%M:%S}"
    except ValueError:
        return " " * 8


def _lines(console: Console, lines: Sequence[Line]) -> None:
    width = max((len(line.service) for line in lines), default=0)
    for line in lines:
        console.print(Text.assemble((f"{line.service:<{width}}  ", "cyan"), line.line), soft_wrap=True)
    if not lines:
        tell(console, "Nothing is logged: the stack has not been started. tmdb-ops start does that.")
