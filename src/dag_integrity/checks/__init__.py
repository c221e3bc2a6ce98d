"""All checks, one module a family."""

from types import ModuleType

from dag_integrity.check import Check
from dag_integrity.checks import (
    comments,
    context,
    dag,
    forgotten,
    graph,
    imports,
    reaches,
    references,
    schedule,
    task,
    templates,
)


def checks_of(family: ModuleType) -> list[Check]:
    """The checks of a module, in the order in which they stand there."""
    return [value for value in vars(family).values() if isinstance(value, Check)]


FAMILIES = (imports, reaches, forgotten, schedule, dag, graph, task, references, templates, context, comments)
CHECKS: dict[str, Check] = {check.name: check for family in FAMILIES for check in checks_of(family)}
