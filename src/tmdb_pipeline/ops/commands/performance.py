"""``tmdb-ops performance``: how long runs take, with a small chart, and which tasks are slow."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.ops.commands.options import Json, MaybeDagName
from tmdb_pipeline.ops.commands.status import state
from tmdb_pipeline.ops.dag_names import find_dag, in_order
from tmdb_pipeline.ops.output import Output, table, tell
from tmdb_pipeline.ops.performance import Performance, RunTime, performance
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.times import took, when

#: Eighths of a column and of a row.
_ACROSS, _UP = " ▏▎▍▌▋▊▉", "▁▂▃▄▅▆▇█"
#: Columns of the longest bar.
_BAR = 30
#: Columns that the tables take with what people call DAGs and tasks.
_WIDE = 104


def add(app: typer.Typer) -> None:
    """Declare the command."""
    app.command("performance")(run)


def run(
    context: typer.Context,
    *,
    dag: MaybeDagName = "",
    runs: Annotated[int, typer.Option("--runs", min=1, max=100, help="How many of the last runs, at most.")] = 20,
    as_json: Json = False,
) -> None:
    """Show how long the last runs took, and what was tried again; of a DAG each run, and its slowest tasks."""
    place: Place = context.obj
    output = Output(as_json=as_json)
    wanted = [find_dag(place.api, dag)] if dag else sorted(place.api.dags(), key=in_order)
    with output.working("Asking Airflow for the last runs ..."):
        found = [performance(place.api, each, runs) for each in wanted]
    output.show(found, lambda console: draw(console, found, SystemClock().now(), alone=bool(dag)))


def draw(console: Console, found: Sequence[Performance], now: datetime, *, alone: bool) -> None:
    """Draw it for people."""
    if alone:
        _dag(console, found[0], now)
        return
    wide = console.width >= _WIDE
    heads = ["DAG", *(["name"] if wide else []), "runs", "failed", "retries", "median", "last", "durations"]
    drawn = table(*heads, right=["runs", "failed", "retries", "median", "last"])
    for each in found:
        drawn.add_row(
            Text(each.name, style="bold"),
            *([each.display_name] if wide else []),
            str(len(each.runs)),
            Text(str(each.failed or ""), style="red"),
            Text(str(each.retries or ""), style="yellow"),
            took(each.median),
            took(each.runs[-1].seconds) if each.runs else "",
            sparkline(each.runs),
        )
    console.print(drawn)


def _dag(console: Console, found: Performance, now: datetime) -> None:
    console.print(Text.assemble((found.display_name, "bold"), "  ", (found.dag_id, "dim")))
    if not found.runs:
        tell(console, f"No run of it has ended: start one with tmdb-ops trigger {found.name} --wait.")
        return
    longest = max(run.seconds for run in found.runs)
    drawn = table("began", "state", "took", "", right=["took"])
    for run in found.runs:
        style = "red" if run.state == "failed" else "green"
        drawn.add_row(when(run.began, now), state(run.state), took(run.seconds), Text(bar(run.seconds, longest), style))
    console.print(drawn)
    failed = f", {found.failed} failed" if found.failed else ""
    usual = f"; a run that succeeds takes {took(found.median)}" if found.median is not None else ""
    number, retries = _number(len(found.runs), "run", "runs"), _number(found.retries, "retry", "retries")
    tell(console, f"{number}{failed}, {retries}{usual}.")
    console.print()
    console.print(_tasks(found, wide=console.width >= _WIDE))


def _tasks(found: Performance, *, wide: bool) -> Table:
    heads = ["task", *(["name"] if wide else []), "median", "longest", "retries"]
    drawn = table(*heads, "", right=["median", "longest", "retries"])
    slowest = max((task.median for task in found.tasks), default=0.0)
    for task in found.tasks:
        drawn.add_row(
            task.task_id,
            *([task.display_name] if wide else []),
            took(task.median),
            took(task.longest),
            Text(str(task.retries or ""), style="yellow"),
            Text(bar(task.median, slowest, _BAR // 2), "cyan"),
        )
    return drawn


def _number(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def bar(value: float, longest: float, width: int = _BAR) -> str:
    """A bar as long as a value is of the longest, which is ``width`` columns; what is not nothing is seen."""
    eighths = round(value / longest * width * 8) if longest > 0 else 0
    whole, rest = divmod(max(eighths, 1 if value > 0 else 0), 8)
    return ("█" * whole + _ACROSS[rest]).rstrip()


def sparkline(runs: Sequence[RunTime]) -> Text:
    """A column for each run, as high as it is of the longest; red where it has failed."""
    longest = max((run.seconds for run in runs), default=0.0)
    drawn = Text()
    for run in runs:
        height = round(run.seconds / longest * (len(_UP) - 1)) if longest > 0 else 0
        drawn.append(_UP[height], style="red" if run.state == "failed" else "green")
    return drawn
