"""A parsed DAG as plain facts; runs in the process that parsed it."""

import functools
import inspect
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dag_integrity.integrity.facts import DagFacts, TaskFacts
from jinja2 import Environment, TemplateSyntaxError, meta

#: Timetables of DAGs that time does not start.
UNTIMED = {"NullTimetable", "AssetTriggeredTimetable", "PartitionedAssetTimetable", "PartitionedAtRuntime"}
#: Where ``@asset`` makes its DAGs, and the class of its tasks.
ASSET_MODULE = "airflow.sdk.definitions.asset.decorators"
ASSET_OPERATOR = "_AssetMainOperator"


class Arguments:
    """Remembers with which arguments each DAG is made; the finished DAG does not tell given from defaulted ones."""

    def __init__(self) -> None:
        self._given: dict[int, tuple[Any, dict[str, Any]]] = {}
        self._by_asset: set[int] = set()

    def install(self) -> None:
        """Look on from now on."""
        from airflow.sdk import DAG

        kind: Any = DAG
        make = kind.__init__

        @functools.wraps(make)
        def remember(dag: Any, *args: Any, **given: Any) -> None:
            self._given[id(dag)] = (dag, given)
            if sys._getframe(1).f_globals.get("__name__") == ASSET_MODULE:
                self._by_asset.add(id(dag))
            make(dag, *args, **given)

        kind.__init__ = remember

    def of(self, dag: Any) -> dict[str, Any]:
        """The keyword arguments that made this DAG; of a copy of a DAG, all that it has."""
        if id(dag) in self._given:
            return self._given[id(dag)][1]
        names = inspect.signature(type(dag)).parameters
        held = {name: value for name in names if (value := getattr(dag, name, None)) is not None}
        return {"schedule": dag.schedule, **held}

    def by_asset(self, dag: Any) -> bool:
        """Whether ``@asset`` made this DAG."""
        return id(dag) in self._by_asset

    def order(self, dag: Any) -> tuple[int, str]:
        """The place of this DAG among all that were made, copies last; Airflow itself keeps them in a set."""
        made = list(self._given)
        return made.index(id(dag)) if id(dag) in self._given else len(made), dag.dag_id


def describe_dag(dag: Any, given: Mapping[str, Any], *, by_asset: bool = False) -> DagFacts:
    """The facts of one DAG, also of one that Airflow refuses afterwards."""
    timetables = list(_timetables(dag.timetable))
    written = given.get("start_date") or (given.get("default_args") or {}).get("start_date")
    hashed, error = "", ""
    next_runs: list[str] = []
    timed = type(dag.timetable).__name__ not in UNTIMED
    try:
        hashed, next_runs = _serialise(dag, timed=timed)
    except Exception as problem:  # noqa: BLE001 - whatever it is, it is what the check reports
        error = f"{type(problem).__name__}: {problem}"
    return DagFacts(
        dag_id=dag.dag_id,
        by_asset=by_asset,
        given=sorted(given),
        default_args=sorted(dag.default_args),
        doc_md=dag.doc_md or "",
        tags=sorted(dag.tags),
        catchup=dag.catchup,
        max_active_runs=dag.max_active_runs,
        schedule=type(dag.schedule).__name__,
        timetable=type(dag.timetable).__name__,
        crons=[timetable.expression for timetable in timetables],
        zones=[_zone(timetable) for timetable in timetables],
        timed=timed,
        start_date=dag.start_date.isoformat() if dag.start_date else "",
        future=dag.start_date is not None and dag.start_date > datetime.now(UTC),
        naive=isinstance(written, datetime) and written.tzinfo is None,
        tasks=[_describe_task(task) for task in dag.tasks],
        hash=hashed,
        serialization_error=error,
        next_runs=next_runs,
    )


def _timetables(timetable: Any) -> Iterator[Any]:
    """The cron timetables that it is or holds."""
    if hasattr(timetable, "expression"):
        yield timetable
    for inner in [getattr(timetable, "timetable", None), *getattr(timetable, "timetables", [])]:
        yield from _timetables(inner) if inner else ()


def _zone(timetable: Any) -> str:
    """The zone of a timetable as text, also of one that Airflow will refuse to serialise."""
    zone = getattr(timetable, "timezone", None)
    return str(getattr(zone, "name", zone))


def _describe_task(task: Any) -> TaskFacts:
    kind = task.operator_class if task.is_mapped else type(task)
    arguments = _given(task)
    call = getattr(task, "python_callable", None) or arguments.get("python_callable")
    templates = [*_strings([arguments.get(name) for name in task.template_fields])]
    unknown, errors = _judge_templates(templates, task.dag.get_template_env())
    unbound = {} if _decided_later(task) else _unbound(call, arguments)
    names = {base.__name__ for base in kind.__mro__}
    return TaskFacts(
        task_id=task.task_id,
        owner=task.owner or "",
        pool=task.pool,
        trigger_rule=task.trigger_rule.value,
        execution_timeout=(task.execution_timeout or timedelta(0)).total_seconds(),
        retries=task.retries or 0,
        retry_delay=task.retry_delay.total_seconds(),
        given=sorted(arguments),
        downstream=sorted(task.downstream_task_ids),
        groups=list(_groups(task)),
        branches=hasattr(kind, "do_branch") and "LatestOnlyOperator" not in names,  # which skips all or nothing
        empty="EmptyOperator" in names,
        by_asset=ASSET_OPERATOR in names,
        multiple_outputs=bool(getattr(task, "multiple_outputs", False)),
        callable=getattr(call, "__name__", ""),
        required=sorted(name for name, parameter in unbound.items() if parameter.default is parameter.empty),
        parameters=sorted(unbound),
        accepted=sorted(
            {name for base in kind.__mro__ for name in inspect.signature(vars(base).get("__init__", object)).parameters}
        ),
        templates=templates,
        template_errors=errors,
        unknown_variables=unknown,
    )


def _groups(task: Any) -> Iterator[str]:
    group = task.task_group
    above = []
    while group and group.group_id:
        above.append(group.group_id)
        group = group.parent_group
    yield from reversed(above)


def _parameters(call: Any) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(call).parameters
    except (TypeError, ValueError):  # there is none, or it is written in C
        return {}


def _unbound(call: Any, arguments: Mapping[str, Any]) -> dict[str, inspect.Parameter]:
    """Parameters that the DAG file gives nothing to, so that Airflow fills them from the context, if it can."""
    parameters = _parameters(call)
    args: Any = arguments.get("op_args") or ()
    options: Any = arguments.get("op_kwargs")
    if isinstance(options, list) and options:  # expanded over: one for each instance
        options = options[0]
    signature = inspect.Signature(list(parameters.values()))
    try:
        given = signature.bind_partial(*args, **({} if options is None else options)).arguments
    except TypeError:  # known only when the task runs, as the result of another
        return {}
    return {
        name: parameter
        for name, parameter in parameters.items()
        if name not in given and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def _judge_templates(templates: Sequence[str], environment: Environment) -> tuple[list[str], list[str]]:
    """Variables that no one defines, and templates that do not parse, each with the reason."""
    from airflow.sdk.definitions.context import KNOWN_CONTEXT_KEYS

    used, errors = set(), []
    for text in templates:
        try:
            used |= meta.find_undeclared_variables(environment.parse(text))
        except TemplateSyntaxError as error:
            errors.append(f"{text!r}: {error.message}")
    return sorted(used - KNOWN_CONTEXT_KEYS), errors


def _given(task: Any) -> dict[str, Any]:
    """The arguments that the DAG file gives to the operator, and to each of its instances if it is mapped."""
    if not task.is_mapped:
        given: dict[str, Any] = task._BaseOperator__init_kwargs
        return given | {name: getattr(task, name, None) for name in task.template_fields if name in given}
    from airflow.sdk.bases.operator import OPERATOR_DEFAULTS

    partial = {
        name: value
        for name, value in task.partial_kwargs.items()
        if name in task.dag.default_args or value != OPERATOR_DEFAULTS.get(name, ...)
    }
    each = _items(getattr(task, "op_kwargs_expand_input", None))  # TaskFlow has its own
    if each:
        partial = partial | {"op_kwargs": {**partial["op_kwargs"], **each}}
    return partial | _items(task.expand_input)


def _items(expand_input: Any) -> dict[str, Any]:
    """The arguments that a mapped task is expanded over, if they are known before it runs; of the first instance."""
    first = _first(expand_input)
    return dict(first) if isinstance(first, Mapping) else {}


def _decided_later(task: Any) -> bool:
    """Whether another task's result tells which arguments a mapped task is given."""
    inputs = [getattr(task, name, None) for name in ("expand_input", "op_kwargs_expand_input")]
    return not all(isinstance(_first(expand_input), Mapping) for expand_input in inputs)


def _first(expand_input: Any) -> Any:
    value = getattr(expand_input, "value", {})
    return next(iter(value), {}) if isinstance(value, list | tuple) else value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from _strings(inner)


def _serialise(dag: Any, *, timed: bool) -> tuple[str, list[str]]:
    """The hash of the serialised DAG, and its next runs, both of the copy that the scheduler works with.

    Raises:
        Exception: the DAG cannot be serialised, or comes back changed.
    """
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.serialization.serialized_objects import DagSerialization

    hash_of: Any = SerializedDagModel.hash
    data = json.loads(json.dumps(DagSerialization.to_dict(dag)))
    DagSerialization.validate_schema(data)
    hashed: str = hash_of(_without_start_dates(data))  # before data is read back, which changes it
    back = DagSerialization.from_dict(data)
    edges = {task.task_id: task.downstream_task_ids for task in dag.tasks}
    if {task.task_id: task.downstream_task_ids for task in back.task_dict.values()} != edges:
        raise ValueError("its tasks or edges are not the same after serialisation")
    return hashed, list(_next_runs(back)) if timed else []


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
