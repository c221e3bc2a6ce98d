"""The log of operations: who did what to the pipeline and its data by its commands, a line each, a file a month.

Airflow has an event log of its own, for what is done in its UI and by its API; ``monitoring.audit`` joins the two.
"""

import logging
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake

log = logging.getLogger(__name__)

#: A file for each month in Seoul, YYYYMM.
FOLDER = "raw/metadata/operations"


class Action(StrEnum):
    """What was done."""

    CREATE = "create"
    """The warehouse and its roles were made."""
    MIGRATE = "migrate"
    """The tables of the warehouse were made, or brought to a later version."""
    DOWNGRADE = "downgrade"
    """The tables were taken back to an earlier version."""
    GRANT = "grant"
    """Roles were given their rights on the tables."""
    LOAD = "load"
    """Runs were loaded into the warehouse by hand."""
    REPLAY = "replay"
    """A rejected record was looked at."""
    BACKUP = "backup"
    """A backup was made."""
    RESTORE = "restore"
    """A backup was restored."""
    ROTATE = "rotate"
    """Secrets were replaced."""
    UPGRADE = "upgrade"
    """New images took the place of the old ones."""


class Outcome(StrEnum):
    """How it ended."""

    DONE = "done"
    FAILED = "failed"


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation.

    Attributes:
        at: when it began, aware.
        who: the user of the machine, and the machine: ``lee@laptop``.
        subject: what it was done to, in words; without secrets.
    """

    at: Annotated[datetime, msgspec.Meta(tz=True)]
    who: str
    action: Action
    subject: str
    outcome: Outcome


def note(lake: Lake, operation: Operation) -> None:
    """Add an operation to the log.

    Raises:
        LakeError: it cannot be written.
    """
    line = msgspec.json.encode(operation) + b"\n"
    lake.change(_file(operation.at.astimezone(SEOUL).date()), lambda earlier: _whole_lines(earlier) + line)


def noted(lake: Lake, first: date, last: date) -> list[Operation]:
    """The operations of days in Seoul, the first and the last of them included, the newest first.

    A line that is damaged is left out, which the log says: of a trail, the rest is to be seen all the same.

    Raises:
        LakeError: a file cannot be read.
    """
    names = {*lake.files(FOLDER)}
    files = [file for file in _files(first, last) if file.rpartition("/")[2] in names]
    found = [operation for file in files for operation in _read(lake, file)]
    of_days = [operation for operation in found if first <= operation.at.astimezone(SEOUL).date() <= last]
    return sorted(of_days, key=lambda operation: operation.at, reverse=True)


def _read(lake: Lake, file: str) -> Iterator[Operation]:
    for number, line in enumerate(lake.read(file).splitlines(), 1):
        try:
            yield msgspec.json.decode(line, type=Operation)
        except msgspec.DecodeError as error:
            log.warning("%s:%d is no operation, and is left out: %s.", lake.locate(file), number, error)


def _whole_lines(data: bytes | None) -> bytes:
    """What is in the file; somebody who has edited it may have taken the end of its last line."""
    return data if data and data.endswith(b"\n") else data + b"\n" if data else b""


def _file(day: date) -> str:
    return f"{FOLDER}/{day:%Y%m}.jsonl"


def _files(first: date, last: date) -> list[str]:
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [_file(date(month // 12, month % 12 + 1, 1)) for month in months]
