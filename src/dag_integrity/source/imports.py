"""What a source imports."""

import ast
from collections.abc import Iterable, Iterator

from dag_integrity.source.tree import Place, executed, name_of, nodes


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
    for node in nodes(tree, ast.ImportFrom):
        yield from (((node.module or "").rpartition(".")[2], alias.name) for alias in node.names)
    for attribute in nodes(tree, ast.Attribute):
        yield name_of(attribute.value), attribute.attr


def imports_on_load(tree: ast.AST) -> Iterator[Place]:
    """Top-level packages that importing this source imports."""
    for node in executed(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0], node.lineno
