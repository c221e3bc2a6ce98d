"""A parsed DAG as plain facts; runs in the process that parsed it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from dag_integrity.facts import DagFacts
from dag_integrity.parser.airflow import serialiser
from dag_integrity.parser.arguments import Arguments
from dag_integrity.parser.stubs.blame import blamed
from dag_integrity.parser.task import asset_names, dead_callbacks, describe_task
from dag_integrity.parser.templates import Templates

#: Timetables of DAGs that time does not start.
UNTIMED = {"NullTimetable", "AssetTriggeredTimetable", "PartitionedAssetTimetable", "PartitionedAtRuntime"}


def describe_dag(dag: Any, arguments: Arguments, *, brief: bool = False) -> DagFacts:
    """The facts of one DAG, also of one that Airflow refuses afterwards; in brief, what a second parse may change."""
    given = arguments.of(dag)
    timetables = list(_timetables(dag.timetable))
    written = given.get("start_date") or (given.get("default_args") or {}).get("start_date")
    hashed, error = "", ""
    next_runs: list[str] = []
    timed = type(dag.timetable).__name__ not in UNTIMED
    try:
        hashed, back = _serialise(dag, brief=brief)
        next_runs = list(_next_runs(back)) if timed and not brief else []
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is what the check reports
        error = "" if blamed(problem) else f"{type(problem).__name__}: {problem}"
    path, line = arguments.place(dag)
    templates = None if brief else Templates(dag.get_template_env(), _searched(dag))
    return DagFacts(
        dag_id=dag.dag_id,
        path=path,
        line=line,
        by_asset=arguments.by_asset(dag),
        given=sorted(given),
        default_args=sorted(map(str, dag.default_args)),
        doc_md=dag.doc_md or "",
        tags=sorted(map(str, dag.tags)),
        catchup=bool(dag.catchup),
        max_active_runs=dag.max_active_runs,
        schedule=type(dag.schedule).__name__,
        timetable=type(dag.timetable).__name__,
        crons=[_part(timetable, "expression") for timetable in timetables],
        zones=[_zone(timetable) for timetable in timetables],
        timed=timed,
        start_date=dag.start_date.isoformat() if dag.start_date else "",
        future=dag.start_date is not None and dag.start_date > datetime.now(UTC),
        naive=isinstance(written, datetime) and written.tzinfo is None,
        tasks=[describe_task(task, templates, arguments.place(task)) for task in dag.tasks] if templates else [],
        hash=hashed,
        serialization_error=error,
        next_runs=next_runs,
        never=bool(timed and dag.end_date and dag.start_date and dag.end_date < dag.start_date),
        waits_for=asset_names(_assets(getattr(dag.timetable, "asset_condition", None))),
        dead_callbacks=dead_callbacks(dag),
    )


def _assets(condition: Any) -> Iterator[Any]:
    """The assets of a condition, which may hold others."""
    yield condition
    for inner in getattr(condition, "objects", ()):
        yield from _assets(inner)


def _searched(dag: Any) -> list[str]:
    searched = dag.template_searchpath or []
    return [searched] if isinstance(searched, str) else list(searched)


def _timetables(timetable: Any) -> Iterator[Any]:
    """The cron timetables that it is or holds."""
    if _part(timetable, "expression"):
        yield timetable
    for inner in [_part(timetable, "timetable"), *(_part(timetable, "timetables") or ())]:
        yield from _timetables(inner) if inner else ()


def _part(timetable: Any, name: str) -> Any:
    """A part of a timetable, which those of the scheduler keep private; before 3.2 DAG files have no others."""
    return getattr(timetable, name, None) or getattr(timetable, f"_{name}", None)


def _zone(timetable: Any) -> str:
    """The zone of a timetable as text, also of one that Airflow will refuse to serialise."""
    zone = _part(timetable, "timezone")
    return str(getattr(zone, "name", zone))


def _serialise(dag: Any, *, brief: bool) -> tuple[str, Any]:
    """The hash of the serialised DAG, and the copy that the scheduler works with, unless it is to be brief.

    Raises:
        Exception: the DAG cannot be serialised, or comes back changed.
    """
    from airflow.models.serialized_dag import SerializedDagModel

    if odd := [task.owner for task in dag.tasks if not isinstance(task.owner, str | None)]:
        raise TypeError(f"the owner {odd[0]!r} is no text")  # which Airflow meets when it writes the DAG down
    serialisation = serialiser()
    hash_of: Any = SerializedDagModel.hash
    data = json.loads(json.dumps(serialisation.to_dict(dag)))  # which looks whether it fits the schema, too
    hashed: str = hash_of(_without_start_dates(data))  # before data is read back, which changes it
    if brief:
        return hashed, None
    back = serialisation.from_dict(data)
    edges = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    if {task.task_id: task.downstream_task_ids for task in back.task_dict.values()} != edges:
        raise ValueError("its tasks or edges are not the same after serialisation")
    return hashed, back


def _without_start_dates(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_start_dates(inner) for key, inner in value.items() if key != "start_date"}
    if isinstance(value, list):
        return [_without_start_dates(inner) for inner in value]
    return value


def _next_runs(dag: Any) -> Iterator[str]:
    from airflow.timetables.base import TimeRestriction

    last = None
    for _ in range(3):
        restriction = TimeRestriction(earliest=dag.start_date, latest=dag.end_date, catchup=True)
        run = dag.timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
        if run is None:
            return
        last = run.data_interval
        yield run.run_after.in_timezone(dag.timezone).isoformat()
