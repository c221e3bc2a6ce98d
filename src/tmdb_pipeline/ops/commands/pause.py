"""``tmdb-ops pause`` and ``unpause``: whether a DAG's schedule starts runs."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.ops.airflow_api.documents import Dag
from tmdb_pipeline.ops.commands.options import Json
from tmdb_pipeline.ops.dag_names import complete_dags, find_dag, short_name
from tmdb_pipeline.ops.errors import Misused
from tmdb_pipeline.ops.output import Output, tell
from tmdb_pipeline.ops.place import Place
from tmdb_pipeline.ops.times import when

_Dags = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[DAG]...",
        help="Their ids, or their short names such as daily.",
        autocompletion=complete_dags,
        show_default=False,
    ),
]
_All = Annotated[bool, typer.Option("--all", help="Every DAG.")]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG that was paused or unpaused, and whether it was not before."""

    dag: Dag
    has_changed: bool


def add(app: typer.Typer) -> None:
    """Declare the commands."""
    app.command("pause")(pause)
    app.command("unpause")(unpause)


def pause(context: typer.Context, *, dags: _Dags = None, all_dags: _All = False, as_json: Json = False) -> None:
    """Let the schedules of DAGs start no more runs. Runs under way go on as far as their tasks have begun."""
    _change(context.obj, dags or [], every=all_dags, paused=True, output=Output(as_json=as_json))


def unpause(context: typer.Context, *, dags: _Dags = None, all_dags: _All = False, as_json: Json = False) -> None:
    """Let the schedules of DAGs start runs: at once the one of the last date that was missed."""
    _change(context.obj, dags or [], every=all_dags, paused=False, output=Output(as_json=as_json))


def _change(place: Place, names: Sequence[str], *, every: bool, paused: bool, output: Output) -> None:
    if bool(names) == every:
        raise Misused("Which DAGs is not said: name some, such as daily, or give --all, and not both.")
    # All of them are found before any is changed.
    found = place.api.dags() if every else [find_dag(place.api, name) for name in names]
    changes = []
    for dag in found:
        changed = place.api.set_paused(dag.dag_id, paused=paused)
        changes.append(Change(dag=changed, has_changed=dag.is_paused != paused))
    output.show(changes, lambda console: _draw(console, changes))


def _draw(console: Console, changes: Sequence[Change]) -> None:
    now = SystemClock().now()
    for change in changes:
        name, dag = short_name(change.dag.dag_id), change.dag
        already = "" if change.has_changed else " already"
        if dag.is_paused:
            tell(console, f"{name} is paused{already}: tmdb-ops unpause {name} lets it run again.")
        else:
            due = f": it runs next {when(dag.next_dagrun_run_after, now)}" if dag.next_dagrun_run_after else ""
            tell(console, f"{name} is scheduled{already}{due}.")
