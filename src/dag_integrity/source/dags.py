"""How a source makes its DAGs and tasks, and which of them it forgets."""

import ast
from collections.abc import Iterator

from dag_integrity.source.tree import (
    FUNCTIONS,
    Function,
    Place,
    called,
    constant,
    functions,
    gives,
    name_of,
    nodes,
    with_owners,
)

#: Calls that ask for the current time.
CLOCKS = {"now", "utcnow", "today", "yesterday", "tomorrow", "days_ago"}


def uncalled_dags(tree: ast.AST) -> Iterator[Place]:
    """Functions under ``@dag`` that nothing in the file names again."""
    named = {node.id for node in nodes(tree, ast.Name)}
    for node in nodes(tree, ast.FunctionDef):
        if "dag" in map(called, node.decorator_list) and node.name not in named:
            yield node.name, node.lineno


def unbound_dags(tree: ast.Module) -> Iterator[Place]:
    """Calls of ``DAG(...)`` at the top of the file that no ``with`` and no variable of their own holds."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.Expr):
            bound = statement.value if isinstance(statement, ast.Assign) else None
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and called(node) == "DAG" and node is not bound:
                    yield "DAG", node.lineno


def clock_starts(tree: ast.AST) -> Iterator[Place]:
    """Values of ``start_date`` that ask a clock."""
    values = [keyword.value for keyword in nodes(tree, ast.keyword) if keyword.arg == "start_date"]
    for node in nodes(tree, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        values += [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "start_date"]
    for value in values:
        if any(isinstance(inner, ast.Call) and called(inner) in CLOCKS for inner in ast.walk(value)):
            yield ast.unparse(value), value.lineno


def made_with(tree: ast.AST, keyword: str) -> Iterator[str]:
    """Names of functions that a decorator is given together with this keyword, above them or in a call."""
    for function in nodes(tree, *FUNCTIONS):
        if any(gives(decorator, keyword) for decorator in function.decorator_list):
            yield function.name
    for node in nodes(tree, ast.Call):
        if gives(node, keyword) or gives(node.func, keyword):
            yield from map(name_of, [*node.args, getattr(node.func, "value", node)])  # the latter of f.override(...)


def uncalled_tasks(tree: ast.AST) -> Iterator[Place]:
    """Functions under ``@task`` inside a DAG that nothing in the file names again."""
    named = {node.id for node in nodes(tree, ast.Name)}
    for node, owners in with_owners(tree, *FUNCTIONS):
        if node.name not in named and any(map(_is_task, node.decorator_list)) and any(map(_makes_dag, owners)):
            yield node.name, node.lineno


def called_callbacks(tree: ast.AST) -> Iterator[tuple[str, str, int]]:
    """Callbacks for which the source gives what a call returns, and it returns nothing: callback, function, line."""
    given = [(str(keyword.arg), keyword.value) for node in nodes(tree, ast.Call) for keyword in node.keywords]
    for node in nodes(tree, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in node.keys]
        given += [(str(key), value) for key, value in zip(keys, node.values, strict=True)]
    for key, value in given:
        if not (key.startswith("on_") and key.endswith("_callback")):
            continue
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            named = [function for function in nodes(tree, ast.FunctionDef) if function.name == value.func.id]
            if any(map(_returns_nothing, named)):
                yield key, value.func.id, value.lineno


def branch_returns(tree: ast.AST) -> dict[str, list[list[str]]]:
    """For each function what it returns, as lists of texts, where these are written there."""
    found: dict[str, list[list[str]]] = {}
    for node, owners in with_owners(tree, ast.Return):
        if node.value is not None:
            for function in functions(owners)[-1:]:
                found.setdefault(function.name, []).extend(_texts(node.value))
    return found


def _texts(value: ast.AST) -> Iterator[list[str]]:
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.List | ast.Tuple):
        yield [text for text in map(constant, value.elts) if text]


def _is_task(decorator: ast.AST) -> bool:
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return name_of(node) == "task" or (isinstance(node, ast.Attribute) and name_of(node.value) == "task")


def _makes_dag(owner: ast.AST) -> bool:
    if isinstance(owner, ast.With | ast.AsyncWith):
        return any(called(item.context_expr) == "DAG" for item in owner.items)
    return any(called(decorator) in {"dag", "task_group"} for decorator in getattr(owner, "decorator_list", ()))


def _returns_nothing(function: Function) -> bool:
    """Whether a function certainly returns None: nothing wraps it, it is no generator, and it returns no value."""
    if function.decorator_list:
        return False
    places = [owners for node, owners in with_owners(function, ast.Return) if node.value is not None]
    places += [owners for _, owners in with_owners(function, ast.Yield, ast.YieldFrom)]
    return not any(functions(owners)[-1:] == [function] for owners in places)
