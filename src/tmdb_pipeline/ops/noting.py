"""Noting in the log of operations of a stack what ``tmdb-ops`` does to it from outside."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import msgspec

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.lake.operations import Action, Operation, Outcome
from tmdb_pipeline.ops.backup.site import who
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import OpsError
from tmdb_pipeline.ops.overview import INSIDE


def note(stack: Stack, at: datetime, action: Action, subject: str, outcome: Outcome) -> None:
    """Note what began at a moment, aware. What cannot be noted is said, and fails nothing."""
    operation = Operation(at=at, who=who(), action=action, subject=subject, outcome=outcome)
    try:
        stack.inside("scheduler", *INSIDE, "note", given=msgspec.json.encode(operation).decode())
    except OpsError as error:
        sys.stderr.write(f"The log of operations does not have this: {error}\n")


@contextmanager
def noted(stack: Stack, action: Action, subject: str, clock: Clock) -> Iterator[None]:
    """Note what the block does, as failed where it raises."""
    at, outcome = clock.now(), Outcome.FAILED
    try:
        yield
        outcome = Outcome.DONE
    finally:
        note(stack, at, action, subject, outcome)
