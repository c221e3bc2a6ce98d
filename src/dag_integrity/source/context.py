"""What the code of tasks reads from Airflow: its context, its objects, its database."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from dag_integrity.source.tree import (
    FUNCTIONS,
    LOOPS,
    Owners,
    Place,
    called,
    constant,
    functions,
    name_of,
    nodes,
    parameters,
    with_owners,
)

#: Names that open a session on Airflow's metadata database.
SESSIONS = {"create_session", "create_session_async", "provide_session", "NEW_SESSION"}
#: What the task's context is called in most code.
CONTEXTS = {"context", "ctx", "kwargs"}
#: What a task's own objects are called, and what Airflow 3 took away from them.
OBJECTS = {"ti", "task_instance", "dag_run"}
REMOVED_ATTRIBUTES = {"execution_date": "logical_date", "external_trigger": "run_type"}


class Read(NamedTuple):
    """A key that is read from a task's context."""

    key: str
    line: int
    #: The function in which it stands; empty at the top of the file.
    function: str
    #: What the context is called there.
    name: str


class PythonPull(NamedTuple):
    """A call of ``xcom_pull`` in code."""

    #: The function in which it stands.
    function: str
    line: int
    #: The ids that it names; None where it names none, or not by constants.
    task_ids: list[str] | None
    #: Whether it says whose XComs it wants, be it by a variable.
    whose: bool
    #: Whether it asks another DAG or run.
    elsewhere: bool


def sessions(tree: ast.AST) -> Iterator[Place]:
    """Uses of an ORM session of Airflow, the first of each name; others have a ``create_session``, too."""
    found: dict[str, int] = {}
    foreign = set(_foreign_names(tree))
    for name in nodes(tree, ast.Name):
        if name.id in SESSIONS - foreign:
            found.setdefault(name.id, name.lineno)
    for node in nodes(tree, ast.Attribute):
        if node.attr in SESSIONS and name_of(node.value) == "session":
            found.setdefault(node.attr, node.lineno)
        if node.attr == "Session" and _is_settings(node.value, tree):
            found.setdefault("settings.Session", node.lineno)
    yield from found.items()


def _foreign_names(tree: ast.AST) -> Iterator[str]:
    """Names of the functions that the source defines itself, and of what it imports from elsewhere than Airflow."""
    yield from (function.name for function in nodes(tree, *FUNCTIONS))
    for node in nodes(tree, ast.ImportFrom):
        if (node.module or "").partition(".")[0] != "airflow":
            yield from (alias.asname or alias.name for alias in node.names)


def context_reads(tree: ast.AST) -> Iterator[Read]:
    """Keys that code reads from a task's context, as ``context["ds"]`` or ``context.get("ds")``."""
    others = set(_looped(tree))
    for node, owners in with_owners(tree, ast.Subscript, ast.Call):
        key: ast.AST | None = None
        read: ast.AST | None = None
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            key, read = node.slice, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "pop"}:
            key, read = next(iter(node.args), None), node.func.value
        if constant(key) and is_context(read) and read not in others and _comes_from_airflow(read, owners):
            inside = functions(owners)
            yield Read(constant(key), node.lineno, inside[-1].name if inside else "", name_of(read))


def attribute_reads(tree: ast.AST) -> Iterator[Place]:
    """Attributes that Airflow 3 took away from the task instance and the run, unless the code looks for them first."""
    for node, owners in with_owners(tree, ast.Attribute):
        if node.attr not in REMOVED_ATTRIBUTES or not isinstance(node.ctx, ast.Load):
            continue
        owner = node.value
        key = constant(owner.slice) if isinstance(owner, ast.Subscript) and is_context(owner.value) else ""
        named = isinstance(owner, ast.Name) and owner.id in OBJECTS and _given_to(owner.id, owners)
        if (named or key in OBJECTS) and not _looks_first(owners):
            yield f"{key or name_of(owner)}.{node.attr}", node.lineno


def python_pulls(tree: ast.AST) -> Iterator[PythonPull]:
    """Calls of ``xcom_pull`` in functions that push nothing themselves."""
    for node, owners in with_owners(tree, ast.Call):
        if called(node) != "xcom_pull" or not (inside := functions(owners)):
            continue
        if any(called(other) == "xcom_push" for other in ast.walk(inside[-1]) if isinstance(other, ast.Call)):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        ids = node.args[0] if node.args else given.get("task_ids")
        none = ids is None or (isinstance(ids, ast.Constant) and ids.value is None)
        elsewhere = bool({"dag_id", "run_id", "include_prior_dates"} & given.keys()) or len(node.args) > 1
        yield PythonPull(inside[-1].name, node.lineno, _ids(ids), not none or None in given, elsewhere)


def is_context(node: ast.AST | None) -> bool:
    """Whether it is called as a task's context is."""
    return name_of(node) in CONTEXTS or called(node) == "get_current_context"


def _comes_from_airflow(read: ast.AST | None, owners: Owners) -> bool:
    """Whether a name is a parameter, or what ``get_current_context`` returns; not a dict of the code's own."""
    if not isinstance(read, ast.Name):
        return True
    inside = functions(owners)
    if any(read.id in parameters(function) for function in inside):
        return True
    return any(
        isinstance(node, ast.Assign) and called(node.value) == "get_current_context"
        for function in inside
        for node in ast.walk(function)
    )


def _given_to(name: str, owners: Owners) -> bool:
    """Whether a function gets this object, or takes it from the context."""
    for function in functions(owners):
        if name in parameters(function):
            return True
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and name in map(name_of, node.targets):
                value = node.value
                taken = value.value if isinstance(value, ast.Subscript) else getattr(value, "func", None)
                return is_context(taken) or is_context(getattr(taken, "value", None))
    return False


def _looks_first(owners: Owners) -> bool:
    return any(
        isinstance(node, ast.Call) and called(node) in {"hasattr", "getattr"}
        for function in functions(owners)[-1:]
        for node in ast.walk(function)
    )


def _ids(node: ast.AST | None) -> list[str] | None:
    if constant(node):
        return [constant(node)]
    if isinstance(node, ast.List | ast.Tuple) and node.elts and all(map(constant, node.elts)):
        return [constant(item) for item in node.elts]
    return None


def _is_settings(node: ast.AST, tree: ast.AST) -> bool:
    """Whether this is Airflow's module of that name, and no other."""
    if isinstance(node, ast.Attribute):
        return node.attr == "settings" and name_of(node.value) == "airflow"
    return isinstance(node, ast.Name) and any(
        found.module == "airflow" and (alias.name, alias.asname or alias.name) == ("settings", node.id)
        for found in nodes(tree, ast.ImportFrom)
        for alias in found.names
    )


def _looped(tree: ast.AST) -> Iterator[ast.AST]:
    """Uses of the variables of loops and comprehensions, inside them."""
    for node in nodes(tree, *LOOPS):
        loops = [node] if isinstance(node, ast.For | ast.AsyncFor) else node.generators
        names = {name.id for loop in loops for name in ast.walk(loop.target) if isinstance(name, ast.Name)}
        if names & CONTEXTS:
            yield from (name for name in ast.walk(node) if isinstance(name, ast.Name) and name.id in names)
