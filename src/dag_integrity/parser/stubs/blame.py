"""Whether an error comes of a stand-in."""

import dis
import sys
import traceback
from collections.abc import Iterable, Iterator
from types import FrameType, TracebackType
from typing import Any

from dag_integrity.parser.places import is_own
from dag_integrity.parser.stubs.finder import StubModule
from dag_integrity.parser.stubs.values import ANSWERED, MARK, STUB, Kind, name_of

#: How deep in lists and dicts, and how far in each, a stand-in is looked for.
_DEPTH, _LENGTH = 3, 100


class Blame:
    """Remembers of which stand-in the errors come that Airflow tells as text only."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def install(self) -> None:
        """Look at each error that is told from now on."""
        tell = traceback.format_exc

        def instead(*args: Any, **options: Any) -> str:
            text = tell(*args, **options)
            if error := sys.exc_info()[1]:
                self._found[text] = blamed(error)
            return text

        traceback.format_exc = instead

    def of(self, text: str) -> str:
        """The stand-in of which an error comes; empty if of none."""
        return self._found[text] if text in self._found else _last_resort(text)


def blamed(error: BaseException) -> str:
    """The stand-in of which an error comes, or may come; empty if it would come with the package, too."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) and before not in chain:
        chain.append(before)
    met = (_first(values, _DEPTH) for link in chain for values in ([str(link)], _met(link.__traceback__)))
    return next(filter(None, met), "") or _last_resort("")


def _last_resort(text: str) -> str:
    """The stand-in that a text names, or else the last that has answered for its package."""
    return stand_in(text) or next(reversed(ANSWERED), "")


def stand_in(value: Any, depth: int = _DEPTH) -> str:
    """What a value stands in for, itself or something in it, or what its text names; empty if nothing."""
    if isinstance(value, str):
        return value.partition(MARK)[2].partition(" ")[0].strip("'\"[](){}<>,;:.") if MARK in value else ""
    if isinstance(value, StubModule):
        return value.__name__
    kind = value if isinstance(value, type) else type(value)
    if isinstance(kind, Kind):
        return name_of(kind)
    if isinstance(value, dict):
        return _first([*value, *value.values()], depth)
    if isinstance(value, list | tuple | set | frozenset):
        return _first(value, depth)
    return next((vars(base)[STUB] for base in kind.__mro__ if STUB in vars(base)), "")


def _first(values: Iterable[Any], depth: int) -> str:
    several = list(values)[:_LENGTH] if depth else ()
    return next(filter(None, (stand_in(value, depth - 1) for value in several)), "")


def _met(traceback: TracebackType | None) -> Iterator[Any]:
    """What the innermost line of own code names, and what the code that it calls holds."""
    steps = []
    while traceback:
        steps.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    own = [place for place, (frame, _) in enumerate(steps) if is_own(frame.f_code.co_filename)]
    for frame, last in steps[own[-1] : own[-1] + 1] if own else ():
        yield from _named(frame, last)
    for frame, _ in steps[own[-1] + 1 if own else 0 :]:
        yield from frame.f_locals.values()


def _named(frame: FrameType, last: int) -> Iterator[Any]:
    """The values of the names in the expression that a frame is about."""
    line, end, column, end_column = next(
        (place for number, place in enumerate(frame.f_code.co_positions()) if number == last // 2), (None,) * 4
    )
    for step in dis.get_instructions(frame.f_code):
        found = step.positions
        if found and None not in (line, end, found.lineno, found.end_lineno) and isinstance(step.argval, str):
            after = (found.lineno, found.col_offset) >= (line, column)
            if after and (found.end_lineno, found.end_col_offset) <= (end, end_column):
                yield frame.f_locals.get(step.argval, frame.f_globals.get(step.argval))
