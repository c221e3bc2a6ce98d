"""What may be put in the place of one node of a syntax tree: the small mistakes that people make."""

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Any

_PAIRS = (
    *((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.Is, ast.IsNot), (ast.In, ast.NotIn)),
    *((ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.BitOr, ast.BitAnd), (ast.LShift, ast.RShift)),
)
_OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    **dict(_PAIRS),
    **{second: first for first, second in _PAIRS},
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitXor: ast.BitOr,
}
#: Arguments that are prose for people, or that change nothing on machines of today.
LEFT_ALONE = {"help", "description", "epilog", "metavar", "encoding"}


def variants(node: ast.AST, parent: ast.AST, field: str, keys: Sequence[str]) -> Iterator[ast.AST]:
    """Other nodes for the place of this one.

    Args:
        node: what stands there; it is left as it is.
        parent: the node that holds it.
        field: in which field.
        keys: the keys that the code around reads, so that one can be taken for another.
    """
    if isinstance(node, ast.expr):
        if field == "test" or (field == "ifs" and isinstance(parent, ast.comprehension)):
            yield ast.UnaryOp(ast.Not(), node)
        yield from _expressions(node, field, keys)
    elif isinstance(node, ast.stmt):
        yield from _statements(node)
    elif type(node) in _OPERATORS and not _formats(parent):
        yield _OPERATORS[type(node)]()


def _expressions(node: ast.expr, field: str, keys: Sequence[str]) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=str(value)) if field == "slice":
            yield ast.Constant(_next(keys, value))
        case ast.Constant(value=value):
            yield from _constants(value)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Call():
            yield from _calls(node)
        case ast.Tuple(elts=elements) | ast.List(elts=elements) | ast.Set(elts=elements):
            if len(elements) > 1 and isinstance(getattr(node, "ctx", None), ast.Load | None):
                yield from (_with(node, elts=_without(elements, index)) for index in range(len(elements)))


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=value) | ast.Assign(value=value) | ast.AnnAssign(value=value):
            if value is not None and not (isinstance(value, ast.Constant) and value.value in {None, False}):
                yield _with(node, value=ast.Constant(None))
        case ast.Expr() | ast.Raise():
            yield ast.Pass()
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.FunctionDef(decorator_list=decorators) | ast.ClassDef(decorator_list=decorators):
            yield from (_with(node, decorator_list=_without(decorators, index)) for index in range(len(decorators)))


def _constants(value: Any) -> Iterator[ast.AST]:
    match value:
        case bool():
            yield ast.Constant(not value)
        case int() | float():
            yield ast.Constant(value + 1)
        case str():
            yield ast.Constant(f"XX{value}XX")
        case bytes():
            yield ast.Constant(b"XX" + value + b"XX")


def _calls(call: ast.Call) -> Iterator[ast.AST]:
    """The call without one of its arguments, and with two neighbours swapped; the only argument becomes None."""
    places = range(len(call.args))
    if len(places) == 1 and not isinstance(call.args[0], ast.Starred):
        yield _with(call, args=[ast.Constant(None)])
    elif places:
        yield from (_with(call, args=_without(call.args, index)) for index in places)
        yield from (_with(call, args=swapped(call.args, index)) for index in places[:-1])
    for index, keyword in enumerate(call.keywords):
        if keyword.arg not in LEFT_ALONE:
            yield _with(call, keywords=_without(call.keywords, index))


def _formats(parent: ast.AST) -> bool:
    """Whether an operator is the % of a text, not of numbers."""
    left = parent.left if isinstance(parent, ast.BinOp) else None
    return isinstance(left, ast.Constant) and isinstance(left.value, str)


def _next(keys: Sequence[str], key: str) -> str:
    """Another key that is read nearby, or one that nobody has."""
    others = [*keys[keys.index(key) + 1 :], *keys[: keys.index(key)]]
    return others[0] if others else f"XX{key}XX"


def _with(node: Any, **fields: Any) -> Any:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _without(items: Sequence[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def swapped(items: Sequence[Any], index: int) -> list[Any]:
    """A list with the item at this place and the next one in each other's place."""
    return [*items[:index], items[index + 1], items[index], *items[index + 2 :]]
