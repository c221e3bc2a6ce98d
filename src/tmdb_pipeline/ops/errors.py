"""What can go wrong in ``tmdb-ops``, and the exit status that says so: declared once, and shown by ``--help``."""

from enum import IntEnum
from typing import Final

import msgspec


class Status(IntEnum):
    """The exit status of a command."""

    DONE = 0
    FAILED = 1
    MISUSED = 2
    NO_STACK = 3
    NO_ENGINE = 4
    NOT_WELL = 5
    NO_AIRFLOW = 6
    BUSY = 7
    NO_ROOM = 8
    STOPPED = 130


#: What each means, as ``--help`` says it.
MEANINGS: Final[dict[Status, str]] = {
    Status.DONE: "done; of a run that was waited for: it succeeded",
    Status.FAILED: "what was asked for has failed, such as a run that was waited for",
    Status.MISUSED: "nothing was begun: an option, a date, a DAG or a setting is wrong",
    Status.NO_STACK: "there is no stack here: another folder, or no .env",
    Status.NO_ENGINE: "Docker is not there, does not answer, or refuses this user",
    Status.NOT_WELL: "something of the stack is not running, not well, or cannot start",
    Status.NO_AIRFLOW: "Airflow does not answer, or refuses the user",
    Status.BUSY: "somebody else is at it right now, or it is there already",
    Status.NO_ROOM: "the disk is full",
    Status.STOPPED: "stopped by Ctrl-C, or by whoever ended it",
}


def epilog() -> str:
    """All of them for the end of a help page, a line each."""
    lines = [f"  {status:<4} {meaning}" for status, meaning in MEANINGS.items()]
    return "\n".join(["exit status:", *lines])


class OpsError(Exception):
    """Something that a person can mend. The message is one sentence that says what happened, and what to do."""

    status = Status.FAILED


class Misused(OpsError):
    """What was asked for cannot be."""

    status = Status.MISUSED


class NoStack(OpsError):
    """There is no stack in the folder, or its settings are missing."""

    status = Status.NO_STACK


class NoEngine(OpsError):
    """Docker cannot be used."""

    status = Status.NO_ENGINE


class NotWell(OpsError):
    """A service is not running or not well."""

    status = Status.NOT_WELL


class Unexplained(NotWell):
    """Docker says something that nobody has named yet."""


class Busy(OpsError):
    """Somebody else is at it, or it is there already."""

    status = Status.BUSY


class NoRoom(OpsError):
    """The disk is full."""

    status = Status.NO_ROOM


class Interrupted(OpsError):
    """Ctrl-C was pressed; the message says what goes on all the same, and how to come back."""

    status = Status.STOPPED


class Failure(msgspec.Struct, frozen=True):
    """An error as ``--json`` says it."""

    error: str
    status: int
