"""Python's syntax trees, and what is asked of their nodes everywhere."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar

Place = tuple[str, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef
Loop = ast.For | ast.AsyncFor | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Owners = tuple[ast.AST, ...]
N = TypeVar("N", bound=ast.AST)

FUNCTIONS: tuple[type[Function], ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
#: What iterates: each of them has variables.
LOOPS: tuple[type[Loop], ...] = (ast.For, ast.AsyncFor, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
#: What other nodes are said to lie in.
_OPENING = {*FUNCTIONS, ast.ClassDef, ast.With, ast.AsyncWith}
#: Which nodes are kept to be asked for.
_ASKED_FOR = {
    *(*FUNCTIONS, *LOOPS, ast.Assign, ast.Attribute, ast.Call, ast.Dict, ast.ImportFrom, ast.JoinedStr, ast.Name),
    *(ast.Return, ast.Subscript, ast.Yield, ast.YieldFrom, ast.keyword),
}


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


def nodes(tree: ast.AST, *kinds: type[N]) -> Iterator[N]:
    """The nodes of these types, kind after kind."""
    for node, _ in with_owners(tree, *kinds):
        yield node


def with_owners(tree: ast.AST, *kinds: type[N]) -> Iterator[tuple[N, Owners]]:
    """The same with the functions, classes and ``with`` that they lie in, the innermost last."""
    found = _by_kind(tree)
    for kind in kinds:
        yield from found[kind]


@cache
def _by_kind(tree: ast.AST) -> dict[type[Any], list[tuple[Any, Owners]]]:
    """All nodes of a tree by their types, the outer ones first. A dozen checks ask each module: it is walked once."""
    found: dict[type[Any], list[tuple[Any, Owners]]] = defaultdict(list)
    level: list[tuple[ast.AST, Owners]] = [(tree, ())]
    while level:
        below: list[tuple[ast.AST, Owners]] = []
        for node, owners in level:
            kind = type(node)
            if kind in _ASKED_FOR:
                found[kind].append((node, owners))
            inside = (*owners, node) if kind in _OPENING else owners
            below += [(child, inside) for child in ast.iter_child_nodes(node)]
        level = below
    return found


def functions(owners: tuple[ast.AST, ...]) -> list[Function]:
    """The functions among the nodes that something lies in."""
    return [owner for owner in owners if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef)]


def parameters(function: Function) -> set[str]:
    """Names of a function's parameters, of whatever kind."""
    given = function.args
    several = [one for one in (given.vararg, given.kwarg) if one]
    return {one.arg for one in [*given.posonlyargs, *given.args, *given.kwonlyargs, *several]}


def name_of(node: ast.AST | None) -> str:
    """The name, or the last part of the dotted one."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def called(node: ast.AST | None) -> str:
    """The name of what is called, or of what is named."""
    return name_of(node.func if isinstance(node, ast.Call) else node)


def gives(node: ast.AST, keyword: str) -> bool:
    """Whether it is a call that gives this keyword."""
    return isinstance(node, ast.Call) and keyword in {given.arg for given in node.keywords}


def constant(node: ast.AST | None) -> str:
    """A text that is written there; empty for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
