"""A parsed task as plain facts; runs in the process that parsed it."""

import inspect
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cache
from typing import Any

from dag_integrity.facts import TaskFacts
from dag_integrity.parser.airflow import context_keys, operator_defaults
from dag_integrity.parser.stubs.values import STUB
from dag_integrity.parser.templates import Templates, strings, unrendered

#: The class of the tasks that ``@asset`` makes.
ASSET_OPERATOR = "_AssetMainOperator"
#: Operators that call a Python function with the context.
CALLING = {"PythonOperator", "PythonSensor", "DecoratedOperator"}


def describe_task(task: Any, templates: Templates, place: tuple[str, int] = ("", 0)) -> TaskFacts:
    """The facts of one task, mapped or not."""
    kind = task.operator_class if task.is_mapped else type(task)
    arguments = _given(task)
    call = getattr(task, "python_callable", None) or arguments.get("python_callable")
    rendered = [name for name in task.template_fields if name in arguments]
    texts = [*strings([arguments[name] for name in rendered])]
    asked = templates.ask(texts)
    unbound = {} if _decided_later(task) else _unbound(call, arguments)
    required = sorted(name for name, parameter in unbound.items() if parameter.default is parameter.empty)
    names = {base.__name__ for base in kind.__mro__}
    known = context_keys()
    params = set(task.params) | set(task.dag.params)
    return TaskFacts(
        task_id=task.task_id,
        path=place[0],
        line=place[1],
        operator=kind.__name__,
        stub=any(STUB in vars(base) for base in kind.__mro__),
        owner=str(task.owner or ""),
        pool=task.pool,
        trigger_rule=str(getattr(task.trigger_rule, "value", task.trigger_rule)),
        execution_timeout=_seconds(task.execution_timeout),
        retries=task.retries or 0,
        retry_delay=_seconds(task.retry_delay),
        given=sorted(arguments),
        downstream=sorted(task.downstream_task_ids),
        groups=list(_groups(task)),
        branches=hasattr(kind, "do_branch") and "LatestOnlyOperator" not in names,  # which skips all or nothing
        empty="EmptyOperator" in names,
        follows=_follows(arguments),
        by_asset=ASSET_OPERATOR in names,
        multiple_outputs=bool(getattr(task, "multiple_outputs", False)),
        callable=getattr(call, "__name__", ""),
        required=required,
        parameters=sorted(unbound),
        accepted=_accepted(kind),  # type: ignore[arg-type] # a class
        templates=texts,
        template_errors=[f"{text!r}: {found.error}" for text, found in asked if found.error],
        unknown_variables=sorted({name for _, found in asked for name in found.variables} - known),
        unknown_params=sorted({name for _, found in asked for name in found.params} - params),
        params=sorted(params),
        pulls=[pull for _, found in asked for pull in found.pulls],
        removed_attributes=sorted({name for _, found in asked for name in found.removed}),
        missing_files=sorted(set(templates.missing(texts, tuple(task.template_ext)))),
        unrendered=unrendered(arguments, task.template_fields),
        teardown=bool(task.is_teardown),
        dead_callbacks=dead_callbacks(task),
        outlets=asset_names(task.outlets),
        other_dag=_constant(arguments, "trigger_dag_id", "external_dag_id"),
        other_tasks=_other_tasks(arguments),
        ungiven=sorted(set(required) - known - {"templates_dict"})
        if names & CALLING and ASSET_OPERATOR not in names
        else [],
    )


def dead_callbacks(thing: Any) -> list[str]:
    """Callbacks of a task or a DAG that cannot be called."""
    found = []
    for name in ("execute", "failure", "success", "retry", "skipped"):
        given = getattr(thing, f"on_{name}_callback", None) or []
        listed = given if isinstance(given, list | tuple) else [given]
        if not all(callable(one) for one in listed):
            found.append(f"on_{name}_callback")
    return found


def asset_names(things: Any) -> list[str]:
    """Names of those that are assets."""
    return sorted(str(thing.name) for thing in things or () if hasattr(thing, "uri") and isinstance(thing.name, str))


def _seconds(value: Any) -> float:
    """A duration as people give it, who may give seconds as well; 0 for none."""
    if isinstance(value, timedelta):
        return value.total_seconds()
    return float(value) if isinstance(value, int | float) else 0.0


@cache
def _accepted(kind: type) -> list[str]:
    """Names of arguments that some class of the operator takes."""
    return sorted(
        {name for base in kind.__mro__ for name in inspect.signature(vars(base).get("__init__", object)).parameters}
    )


def _constant(arguments: Mapping[str, Any], *names: str) -> str:
    value = next((arguments[name] for name in names if name in arguments), "")
    return value if isinstance(value, str) and "{" not in value else ""


def _follows(arguments: Mapping[str, Any]) -> list[list[str]]:
    """The tasks that a branch takes together, where its arguments say so."""
    named = [arguments.get(f"follow_task_ids_if_{answer}") for answer in ("true", "false")]
    return [list(strings(one)) for one in named if one]


def _other_tasks(arguments: Mapping[str, Any]) -> list[str]:
    ids = arguments.get("external_task_ids") or [arguments.get("external_task_id")]
    return [name for name in ids if isinstance(name, str) and "{" not in name] if isinstance(ids, list | tuple) else []


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


def _given(task: Any) -> dict[str, Any]:
    """The arguments that the DAG file gives to the operator, and to each of its instances if it is mapped."""
    if not task.is_mapped:
        given: dict[str, Any] = task._BaseOperator__init_kwargs
        return given | {name: getattr(task, name, None) for name in task.template_fields if name in given}
    defaults = operator_defaults()
    partial = {
        name: value
        for name, value in task.partial_kwargs.items()
        if name in task.dag.default_args or value != defaults.get(name, ...)
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
