"""Questions that a DAG file asks of what a task will return, which is not there yet."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from dag_integrity.parser.places import is_own
from dag_integrity.parser.watching.watch import Watch


class Truth:
    """Notes where own code asks whether a task's result is true, or whether it equals something."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def install(self) -> None:
        """Look on from now on."""
        from airflow.sdk import XComArg

        kinds: Any = [XComArg, *_below(XComArg)]
        for kind in kinds:
            kind.__bool__ = self._true()
            kind.__eq__ = self._equal(kind.__eq__)

    def _true(self) -> Callable[[Any], bool]:
        def instead(_: Any) -> bool:
            if self._asked_by_own_code():
                self._watch.note("truth", "whether it is true: it always is")
            return True

        return instead

    def _equal(self, equal: Any) -> Any:
        def instead(result: Any, other: Any) -> Any:
            if not isinstance(other, type(result)) and self._asked_by_own_code():
                self._watch.note("truth", "whether it equals something: it never does")
            return equal(result, other)

        return instead

    def _asked_by_own_code(self) -> bool:
        return self._watch.on and is_own(sys._getframe(2).f_code.co_filename)


def _below(kind: Any) -> Iterator[Any]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)
