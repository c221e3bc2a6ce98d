"""Mutants: copies of a module with one small thing changed, anywhere in it.

Module-level data, decorators and nested functions are changed like everything else. Left alone are docstrings,
annotations, help texts, long tables, what stands under ``TYPE_CHECKING``, and lines taken out of the coverage.
"""

import ast
import copy
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from mutation.score import Change
from mutation.variants import LEFT_ALONE, swapped, variants

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_OWNERS = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_LITERALS = ast.Dict | ast.List | ast.Set | ast.Tuple
#: Calls whose first argument only a type checker reads.
_TYPING = {"cast", "TypeVar"}
#: A literal with more elements is a table of facts. Tests compare such tables with their source, not entry by entry.
_TABLE = 40
#: Of a long statement this many characters are shown around what changes.
_AROUND = 40


class Mutant(NamedTuple):
    """One changed copy of a module.

    Attributes:
        change: where and what.
        lines: the lines of the module that the changed statement stands on; of a compound one, those of its head.
        source: the whole changed module.
    """

    change: Change
    lines: range
    source: str


class _Node(NamedTuple):
    """A node that may be changed, and where it hangs: in a field of its parent, in a list if there is an index."""

    owner: str
    statement: ast.stmt
    parent: ast.AST
    field: str
    place: int | None
    node: ast.AST

    def put(self, node: ast.AST) -> None:
        if self.place is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.place] = node


def mutants_of(source: str, module: str) -> Iterator[Mutant]:
    """All mutants of a module, in the order of its lines; of those that read alike the first.

    Args:
        source: the module's text.
        module: its name, as it is imported.
    """
    tree = ast.parse(source)
    excluded = _excluded(tree, source)
    places = [place for place in _places(tree, module, ast.Pass()) if place.statement.lineno not in excluded]
    keys = _keys(places)
    seen = {ast.unparse(tree)}
    for place in places:
        lines, before = _lines(place.statement), _head(place.statement)
        for node in variants(place.node, place.parent, place.field, keys[place.owner]):
            place.put(node)
            source, after = ast.unparse(tree), _head(node if place.node is place.statement else place.statement)
            place.put(place.node)
            if source not in seen:
                seen.add(source)
                yield Mutant(Change(place.owner, *_difference(before, after)), lines, source)
        for block, index in _steps(place):
            setattr(place.parent, place.field, swapped(block, index))
            source, after = ast.unparse(tree), _head(block[index + 1])
            setattr(place.parent, place.field, block)
            yield Mutant(Change(place.owner, *_difference(f"{before}; {after}", f"{after}; {before}")), lines, source)


def _places(node: ast.AST, owner: str, statement: ast.stmt) -> Iterator[_Node]:
    """The nodes below one, from the first line to the last, without those that are left alone."""
    for field, value in ast.iter_fields(node):
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(child, ast.AST) and not _left_alone(node, field, index, child):
                around = child if isinstance(child, ast.stmt) else statement
                inner = f"{owner}.{child.name}" if isinstance(child, _OWNERS) else owner
                yield _Node(inner, around, node, field, index, child)
                yield from _places(child, inner, around)


def _left_alone(node: ast.AST, field: str, index: int | None, child: ast.AST) -> bool:
    if isinstance(child, ast.Import | ast.ImportFrom) or field in {"annotation", "returns"}:
        return True
    if isinstance(child, ast.If):
        return ast.unparse(child.test) == "TYPE_CHECKING"
    if isinstance(child, ast.Expr):  # a docstring, of a value too
        return isinstance(child.value, ast.Constant)
    if isinstance(child, ast.keyword):
        return child.arg in LEFT_ALONE
    if isinstance(child, _LITERALS):
        return len(child.keys if isinstance(child, ast.Dict) else child.elts) > _TABLE
    return isinstance(node, ast.Call) and field == "args" and index == 0 and ast.unparse(node.func) in _TYPING


def _excluded(tree: ast.AST, source: str) -> set[int]:
    """The lines that the coverage does not count: those with the mark, and all of a block with it in its head."""
    marked = {number for number, line in enumerate(source.splitlines(), 1) if "pragma: no cover" in line}
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]
    blocks = [range(node.lineno, (node.end_lineno or 0) + 1) for node in statements if marked & {*_lines(node)}]
    return marked.union(*blocks)


def _keys(places: Sequence[_Node]) -> dict[str, list[str]]:
    """The keys that each function reads in brackets, in the order of the alphabet."""
    keys: dict[str, set[str]] = {place.owner: set() for place in places}
    for place in places:
        if place.field == "slice" and isinstance(place.node, ast.Constant) and isinstance(place.node.value, str):
            keys[place.owner].add(place.node.value)
    return {owner: sorted(found) for owner, found in keys.items()}


def _steps(place: _Node) -> Iterator[tuple[list[Any], int]]:
    """A statement and the next one in their block, if one of them is done for its effect and neither is a block."""
    block = getattr(place.parent, place.field)
    if place.node is place.statement and place.place is not None and place.place + 1 < len(block):
        pair = block[place.place : place.place + 2]
        simple = all(isinstance(step, ast.Expr | ast.Assign | ast.AugAssign | ast.AnnAssign) for step in pair)
        options = all("add_argument" in ast.unparse(step) for step in pair)  # whose order only the help shows
        if simple and not options and any(isinstance(step, ast.Expr) for step in pair):
            yield block, place.place


def _head(node: ast.AST) -> str:
    """A statement in one line; of a compound one its head."""
    shown = copy.copy(node)
    for field in _BLOCKS:
        if isinstance(getattr(node, field, None), list):
            setattr(shown, field, [])
    return " ".join(ast.unparse(shown).split())


def _alike(one: str, other: str) -> int:
    """With how many of the same characters two texts begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _difference(before: str, after: str) -> tuple[str, str]:
    """Two statements, cut to what differs and the words around it."""
    same = _alike(before, after)
    tail = _alike(before[same:][::-1], after[same:][::-1])
    start, end = max(0, same - _AROUND), max(0, tail - _AROUND)
    start, end = start if start > _AROUND else 0, end if end > _AROUND else 0
    cut = [("…" if start else "") + text[start : len(text) - end] + ("…" if end else "") for text in (before, after)]
    return cut[0], cut[1]


def _lines(statement: ast.stmt) -> range:
    below = [node.lineno for field in _BLOCKS for node in getattr(statement, field, []) if hasattr(node, "lineno")]
    first = min(node.lineno for node in [statement, *getattr(statement, "decorator_list", [])])
    return range(first, max(first + 1, min(below, default=(statement.end_lineno or first) + 1)))
