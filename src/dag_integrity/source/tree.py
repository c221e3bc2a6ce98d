"""Python's syntax trees, and what is asked of their nodes everywhere."""

import ast
from collections.abc import Iterator
from functools import cache

Place = tuple[str, int]
Function = ast.FunctionDef | ast.AsyncFunctionDef


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


def with_owners(tree: ast.AST) -> Iterator[tuple[ast.AST, tuple[ast.AST, ...]]]:
    """Every node with the nodes that it lies in, the innermost last."""
    waiting: list[tuple[ast.AST, tuple[ast.AST, ...]]] = [(tree, ())]
    while waiting:
        node, owners = waiting.pop()
        yield node, owners
        opens = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.With | ast.AsyncWith)
        inside = (*owners, node) if opens else owners
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


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
