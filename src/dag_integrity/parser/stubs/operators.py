"""What stands in for operators, and for the decorators of tasks, that are not installed here."""

import inspect
from typing import Any

from dag_integrity.parser.stubs.values import STUB


def operator_of(name: str) -> Any:
    """A class of tasks that stands in for the operator of this dotted name: it takes anything, mapped or not."""
    from airflow.sdk import BaseOperator

    def make(self: Any, **given: Any) -> None:
        BaseOperator.__init__(self, **_known(given))

    def partial(_: type, /, **given: Any) -> Any:
        return _Partial(name, given)

    kind: Any = type(BaseOperator)
    members = {"__init__": make, "partial": classmethod(partial), STUB: name}
    return kind(name.rpartition(".")[2], (BaseOperator,), members)


def decorator_of(decorators: Any) -> Any:
    """A decorator that makes a task of a function, whatever it is given beside."""

    def decorate(function: Any = None, **given: Any) -> Any:
        made = decorators.python(**_known(given))
        return made(function) if function else made

    return decorate


class _Partial:
    """A mapped task before it is told over what; it becomes a single one, since nobody knows what its kind takes."""

    def __init__(self, name: str, given: dict[str, Any]) -> None:
        self._name, self._given = name, given

    def expand(self, **_: Any) -> Any:
        """One task in place of many."""
        return operator_of(self._name)(**self._given)

    def expand_kwargs(self, *_: Any, **__: Any) -> Any:
        """One task in place of many."""
        return self.expand()


def _known(given: dict[str, Any]) -> dict[str, Any]:
    """The arguments that every operator takes."""
    from airflow.sdk import BaseOperator

    names = set(inspect.signature(BaseOperator.__init__).parameters) - {"self", "kwargs"}
    return {key: value for key, value in given.items() if key in names}
