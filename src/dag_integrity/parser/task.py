"""A parsed task as plain facts; runs in the process that parsed it."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta

from dag_integrity.facts import TaskFacts

#: The class of the tasks that ``@asset`` makes.
ASSET_OPERATOR = "_AssetMainOperator"


def describe_task(task: Any) -> TaskFacts:
    """The facts of one task, mapped or not."""
    kind = task.operator_class if task.is_mapped else type(task)
    arguments = _given(task)
    call = getattr(task, "python_callable", None) or arguments.get("python_callable")
    templates = [*_strings([arguments.get(name) for name in task.template_fields])]
    unknown, errors = _check_templates(templates, task.dag.get_template_env())
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


def _check_templates(templates: Sequence[str], environment: Environment) -> tuple[list[str], list[str]]:
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
