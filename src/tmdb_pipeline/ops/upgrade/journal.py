"""How far an upgrade has come, written down before each step: so that one that is interrupted can be ended."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec

from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.ops.backup import in_stack
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import Busy, Misused
from tmdb_pipeline.ops.upgrade.images import Image
from tmdb_pipeline.ops.upgrade.smoke import Before

_FILE: Final = ".upgrade.json"


class Phase(StrEnum):
    """How far an upgrade has come."""

    PREPARING = "preparing"
    """The old runs or is stopped; images are made, and a backup. No data is touched."""
    REPLACING = "replacing"
    """The new is started on the data, brings it up to date, and is tried."""
    GOING_BACK = "going back"
    """The new has failed: the old data is put back, and the old images are started on it."""


class Journal(msgspec.Struct, kw_only=True):
    """The journal of an upgrade.

    Attributes:
        token: what the names of the old images end in.
        began: when, aware.
        images: the old ones, by service.
        services: those that ran.
        dag: what is run to try the new.
        before: what was wrong already.
        backup: the name of the one that going back restores; empty before it is made.
        redeclared: services of which the files said something else when they were started.
        replaced: when the old had stopped, aware; None before.
        why: why the new has failed, a sentence; empty as long as it has not.
    """

    phase: Phase
    token: str
    began: Annotated[datetime, msgspec.Meta(tz=True)]
    images: dict[str, Image]
    services: list[str]
    dag: str
    before: Before
    backup: str = ""
    redeclared: list[str] = []
    replaced: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    why: str = ""


def read(stack: Stack) -> Journal | None:
    """The journal of an upgrade that has not ended; None where there is none.

    Raises:
        Misused: it cannot be read.
    """
    file = _place(stack)
    try:
        return msgspec.json.decode(file.read_bytes(), type=Journal)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        raise Misused(
            f"The journal of an upgrade {file} cannot be read ({error}): mend that, or restore the backup that was "
            "made before the upgrade and remove the journal."
        ) from None


def write(stack: Stack, journal: Journal, phase: Phase) -> None:
    """Write down that a phase begins.

    Raises:
        Misused: it cannot be written; then it has not begun.
    """
    journal.phase = phase
    try:
        in_stack.make_folder(_place(stack).parent)
        disk.write(_place(stack), msgspec.json.encode(journal))
    except OSError as error:
        raise Misused(
            f"The folder of backups {_place(stack).parent} cannot be written: {error.strerror}. Mend that, or name "
            "another as BACKUPS in .env."
        ) from error


def remove(stack: Stack) -> None:
    """The upgrade has ended."""
    override(stack).unlink(missing_ok=True)
    _place(stack).unlink()


def refuse_unfinished(stack: Stack) -> None:
    """Raises Busy where an upgrade has not ended: what it has begun would be mixed with something else."""
    if read(stack):
        raise Busy(
            "An upgrade was interrupted here: finish it with tmdb-ops upgrade, or take it back with tmdb-ops upgrade "
            "--undo."
        )


def override(stack: Stack) -> Path:
    """Where Compose is told of the old images."""
    return _place(stack).with_name(".upgrade-images.json")


def _place(stack: Stack) -> Path:
    return in_stack.shelf(stack).folder / _FILE
