"""What breaks a rule, as a Python expression, so that it can be compiled into loops over many records."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


class Names:
    """The names of compiled code that it does not assign itself, and what they stand for; they are in capitals."""

    def __init__(self, **given: object) -> None:
        self.bound: dict[str, Any] = given

    def bind(self, name: str, found: object) -> str:
        """A name for something: the wanted one, with a number behind it where that stands for something else."""
        candidates = (f"{name.upper()}{number or ''}" for number in range(len(self.bound) + 1))
        return next(each for each in candidates if self.bound.setdefault(each, found) is found)


@dataclass(frozen=True, slots=True)
class Condition:
    """An expression that is true of what breaks a rule.

    Attributes:
        expression: Python. It may use builtins, the names in ``names``, ``on`` (the day of receipt, a ``date``),
            ``today`` (the same day as YYYY-MM-DD, to compare texts with), and ``value``; or, in a rule on two fields,
            the names of both.
        names: what further names in it stand for: limits, sets, functions. A function is called for each value, which
            is slower than an operator, and as right.
        or_raises: an exception that says the same as true, where the expression, which is of ``value`` alone, raises
            it.
    """

    expression: str
    names: Mapping[str, Any]
    or_raises: type[Exception] | None = None

    def source(self, variables: Mapping[str, str], names: Names) -> str:
        """The expression for compiled code, where variables have other names; numbers and texts are written out."""
        return ast.unparse(_Renamed(self.names, variables, names).visit(ast.parse(self.expression, mode="eval")))

    def caught(self) -> "Condition":
        """The same condition as an expression that does not raise."""
        raised = self.or_raises
        if raised is None:
            return self
        ask = eval(f"lambda value: {self.expression}", dict(self.names))  # noqa: S307 - what is declared, nothing else

        def is_broken(value: object) -> bool:
            try:
                return bool(ask(value))
            except raised:
                return True

        return when("is_broken(value)", is_broken=is_broken)


def when(expression: str, *, or_raises: type[Exception] | None = None, **names: object) -> Condition:
    """A condition, such as ``when("not low <= value <= high", low=0, high=10)``."""
    return Condition(expression, MappingProxyType(names), or_raises)


class _Renamed(ast.NodeTransformer):
    """Gives each name of a condition the one that it has in compiled code."""

    def __init__(self, own: Mapping[str, Any], variables: Mapping[str, str], names: Names) -> None:
        self._own, self._variables, self._names = own, variables, names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._own:
            return ast.Name(self._variables.get(node.id, node.id))
        found = self._own[node.id]
        return (
            ast.Constant(found) if isinstance(found, int | float | str) else ast.Name(self._names.bind(node.id, found))
        )
