"""Registering a kind of fault: its name, what it may be, what it does, and what a client then sees.

The plan's validation, the README's row, the strategies of tests and a test over a socket follow from it. What stands
elsewhere is the field of the same name in `Fault`, which has its type and its default.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from fake_tmdb.faults.values import Values

Act = TypeVar("Act", bound=Callable[..., Any])


class Stage(enum.Enum):
    """When a kind acts, in this order, and what its function is given behind the value."""

    WAIT = "before anything else: nothing; returns seconds"
    INSTEAD = "in place of the response: `code` and `body` of the fault; returns a Response or None"
    PAGE = "on the choice of the page: the number asked for, or None; returns an OtherPage or None"
    DOCUMENT = "on the JSON document: the document, to be changed in place"
    PLAIN = "on headers and body before compression: the Message, to be changed in place"
    PACKED = "on the body after compression: the same"
    SILENCE = "on the connection, without a response: the Wire; awaited"
    DELIVERY = "on the way to the client: the Wire, status, headers and body; awaited"
    DETAIL = "never by itself: it says more about another kind"


@dataclass(frozen=True)
class Example:
    """A fault, by its parts, and what a client sees that asks for the first page of popular movies without compression.

    `status` is None where no whole response arrives; `start` is how the body begins, None for an empty one.
    """

    parts: dict[str, Any]
    status: int | None = 200
    start: bytes | None = b'{"page":1,'


@dataclass(frozen=True)
class Kind:
    """One kind of fault."""

    name: str
    values: Values
    stage: Stage
    act: Callable[..., Any]
    examples: tuple[Example, ...]

    @property
    def sentence(self) -> str:
        """What it does, for a person: the docstring of its function in one line."""
        return " ".join((inspect.getdoc(self.act) or "").split())


#: Every kind by its name; those of one stage act in this order.
KINDS: dict[str, Kind] = {}


def kind(stage: Stage, values: Values, *examples: Example) -> Callable[[Act], Act]:
    """Register a function as what a kind of fault does; the kind has its name, without `_` at the end.

    The function is given the value first. With `*examples` it is tried over a socket.
    """

    def register(act: Act) -> Act:
        name = act.__name__.rstrip("_")
        KINDS[name] = Kind(name, values, stage, act, examples)
        return act

    return register
