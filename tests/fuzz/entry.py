"""An entry: a door of the project through which anything may come, declared once."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from hypothesis.strategies import SearchStrategy

#: Characters. What somebody has set or typed may stand in it, however long that is.
LONGEST_SENTENCE = 20_000
#: The key that entries are given: it is in no message and no log line.
SECRET = "eyJhbGciOiJub25lIn0.ZmFrZQ.c2VjcmV0"


class Refused(Exception):
    """What a command answers by its status and a message on standard error, as an error."""


@dataclass(frozen=True)
class Entry:
    """One entry point. Every input ends in a right result or in one of the errors, with a message.

    Attributes:
        name: what the command line and the table call it.
        inputs: draws what comes in, mostly something good with a few things wrong.
        call: takes ``(input, stage)`` and returns if the answer is right; asserts where it is not.
        errors: the types of error that are right.
        stage: what is set up once for all inputs, and given to each call.
        seconds: what one input may take.
        megabytes: what one input may need of Python's memory.
        gate: how many inputs the gate tries.
    """

    name: str
    inputs: SearchStrategy[Any]
    call: Callable[[Any, Any], object]
    errors: tuple[type[Exception], ...] = ()
    stage: Callable[[], AbstractContextManager[Any]] = nullcontext
    seconds: float = 10.0
    megabytes: float = 64.0
    gate: int = 100


def is_sentence(text: str) -> bool:
    """Whether a message can be shown to anybody: one line, in characters that every log takes, and without the key."""
    return bool(text.strip()) and text.isprintable() and len(text) <= LONGEST_SENTENCE and SECRET not in text
