"""What the source of a DAG file says that its parsed DAGs do not show. Each answer is a name or text and its line."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache

Place = tuple[str, int]

#: Names that open a session on Airflow's metadata database.
SESSIONS = {"create_session", "create_session_async", "provide_session", "NEW_SESSION"}
#: Calls that ask for the current time.
CLOCKS = {"now", "utcnow", "today", "yesterday", "tomorrow", "days_ago"}
#: What the task's context is called in most code.
CONTEXTS = {"context", "ctx", "kwargs"}
#: Airflow's names for the day of the logical date, which is the day in UTC.
UTC_DAYS = {"ds", "ds_nodash", "ts_nodash"}

#: Stands where a text shows such a day.
_DAY = "\0"
#: A path with that day in it, or a name that ends in an extension after it: no query of a URL, no schema.table.
_FILE_NAME = re.compile(rf"[^?]*({_DAY}[^?]*/|/[^?]*{_DAY}|{_DAY}[^?]*\.[a-z]\w{{1,6}}\b)")


@cache
def syntax_tree(source: str) -> ast.Module:
    """The syntax tree; an empty one for a file that does not parse, which the check of import errors finds."""
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # a NUL byte may be a ValueError
        return ast.Module(body=[], type_ignores=[])


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Everything that runs when the file is imported: no bodies of functions, nothing for type checkers only."""
    waiting = [node]  # no recursion: a tree may be deeper than Python's stack
    while waiting:
        node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            yield child
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            waiting.append(child)


def imported_modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Names of the modules that the import statements among these nodes name or may name."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Last part of a module's name, and what is imported from it or read as its attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from (((node.module or "").rpartition(".")[2], alias.name) for alias in node.names)
        elif isinstance(node, ast.Attribute):
            yield _name(node.value), node.attr


def imports_on_load(tree: ast.AST) -> Iterator[Place]:
    """Top-level packages that importing this source imports."""
    for node in executed(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno


def uncalled_dags(tree: ast.AST) -> Iterator[Place]:
    """Functions under ``@dag`` that nothing in the file names again."""
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and "dag" in map(_called, node.decorator_list) and node.name not in named:
            yield node.name, node.lineno


def unbound_dags(tree: ast.Module) -> Iterator[Place]:
    """Calls of ``DAG(...)`` at the top of the file that no ``with`` and no variable of their own holds."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.Expr):
            for node in ast.walk(statement):
                if isinstance(node, ast.Call) and _called(node) == "DAG":
                    yield "DAG", node.lineno


def sessions(tree: ast.AST) -> Iterator[Place]:
    """Uses of an ORM session of Airflow, the first of each name; others have a ``create_session``, too."""
    found: dict[str, int] = {}
    foreign = set(_foreign_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in SESSIONS - foreign:
            found.setdefault(node.id, node.lineno)
        if isinstance(node, ast.Attribute) and node.attr in SESSIONS and _name(node.value) == "session":
            found.setdefault(node.attr, node.lineno)
        if isinstance(node, ast.Attribute) and node.attr == "Session" and _is_settings(node.value, tree):
            found.setdefault("settings.Session", node.lineno)
    yield from found.items()


def _foreign_names(tree: ast.AST) -> Iterator[str]:
    """Names of the functions that the source defines itself, and of what it imports from elsewhere than Airflow."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] != "airflow":
            yield from (alias.asname or alias.name for alias in node.names)


def clock_starts(tree: ast.AST) -> Iterator[Place]:
    """Values of ``start_date`` that ask a clock."""
    for node in ast.walk(tree):
        values: list[ast.expr] = []
        if isinstance(node, ast.keyword) and node.arg == "start_date":
            values = [node.value]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            values = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "start_date"]
        for value in values:
            if any(isinstance(inner, ast.Call) and _called(inner) in CLOCKS for inner in ast.walk(value)):
                yield ast.unparse(value), value.lineno


def context_reads(tree: ast.AST) -> Iterator[Place]:
    """Keys that code reads from a task's context, as ``context["ds"]`` or ``context.get("ds")``."""
    others = set(_looped(tree))
    for node in ast.walk(tree):
        key: ast.AST | None = None
        read: ast.AST | None = None
        if isinstance(node, ast.Subscript):
            key, read = node.slice, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "pop"}:
            key, read = next(iter(node.args), None), node.func.value
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and _is_context(read) and read not in others:
            yield key.value, node.lineno  # type: ignore[attr-defined] # an expression: it has a line


def utc_file_names(tree: ast.AST) -> Iterator[Place]:
    """f-strings that put Airflow's UTC day into something like a file name."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        text = "".join(
            str(part.value) if isinstance(part, ast.Constant) else _DAY if _used(part) in UTC_DAYS else "_"
            for part in node.values
        )
        if any(_FILE_NAME.match(word) for word in text.split()):
            yield ast.unparse(node), node.lineno


def utc_file_templates(template: str) -> Iterator[str]:
    """Words of a Jinja template that put Airflow's UTC day into something like a file name."""
    tight = re.sub(r"\{\{\s*(\w+)[^}]*\}\}", r"{{\1}}", template)
    for word in tight.split():
        if _FILE_NAME.match(re.sub(r"\{\{(\w+)\}\}", lambda found: _DAY if found[1] in UTC_DAYS else "_", word)):
            yield word


def made_with(tree: ast.AST, keyword: str) -> Iterator[str]:
    """Names of functions that a decorator is given together with this keyword, above them or in a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(_gives(decorator, keyword) for decorator in node.decorator_list):
                yield node.name
        elif isinstance(node, ast.Call) and (_gives(node, keyword) or _gives(node.func, keyword)):
            yield from map(_name, [*node.args, getattr(node.func, "value", node)])  # the latter of f.override(...)


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def _called(node: ast.AST | None) -> str:
    return _name(node.func if isinstance(node, ast.Call) else node)


def _gives(node: ast.AST, keyword: str) -> bool:
    return isinstance(node, ast.Call) and keyword in {given.arg for given in node.keywords}


def _is_settings(node: ast.AST, tree: ast.AST) -> bool:
    """Whether this is Airflow's module of that name, and no other."""
    if isinstance(node, ast.Attribute):
        return node.attr == "settings" and _name(node.value) == "airflow"
    return isinstance(node, ast.Name) and any(
        isinstance(found, ast.ImportFrom)
        and found.module == "airflow"
        and (alias.name, alias.asname or alias.name) == ("settings", node.id)
        for found in ast.walk(tree)
        for alias in getattr(found, "names", ())
    )


def _looped(tree: ast.AST) -> Iterator[ast.AST]:
    """Uses of the variables of loops and comprehensions, inside them."""
    for node in ast.walk(tree):
        loops = [node] if isinstance(node, ast.For | ast.AsyncFor) else getattr(node, "generators", ())
        names = {name.id for loop in loops for name in ast.walk(loop.target) if isinstance(name, ast.Name)}
        if names & CONTEXTS:
            yield from (name for name in ast.walk(node) if isinstance(name, ast.Name) and name.id in names)


def _is_context(node: ast.AST | None) -> bool:
    return _name(node) in CONTEXTS or _called(node) == "get_current_context"


def _used(node: ast.AST) -> str:
    """The variable, or the key of a context, that a field of an f-string shows."""
    node = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(node, ast.Subscript) and _is_context(node.value) and isinstance(node.slice, ast.Constant):
        return str(node.slice.value)
    return _name(node)
