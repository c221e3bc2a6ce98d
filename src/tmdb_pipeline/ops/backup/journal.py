"""What a restore has done so far, written down before it does it: so that a kill at any moment can be mended.

A restore makes everything new beside what is there, and then swaps. Until the journal says *swapping* nothing that was
there has been touched, and what was made is thrown away. From then on everything new is whole and compared, and what is
left are renames, each of which can be told to be done or not: so they are completed, or undone where somebody wants
that. ``settle`` does whichever it is, at the start of the stack and at the next restore.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import msgspec

from tmdb_pipeline import file_lock
from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.ops.backup import databases
from tmdb_pipeline.ops.backup.databases import Moved
from tmdb_pipeline.ops.backup.errors import RestoreFailed, RestoreRefused
from tmdb_pipeline.ops.backup.site import Site
from tmdb_pipeline.ops.backup.tree import OURS
from tmdb_pipeline.ops.errors import Busy, Misused

_FILE: Final = f"{OURS}.json"
_LOCK: Final = f"{OURS}.lock"


class Phase(StrEnum):
    """How far a restore has come."""

    PREPARING = "preparing"
    """The new is being made; nothing that was there is touched."""
    SWAPPING = "swapping"
    """The new is whole, and takes the place of what was there."""
    SWAPPED = "swapped"
    """The new is in place, and what was there is being removed."""


class Journal(msgspec.Struct, kw_only=True):
    """The journal of a restore.

    Attributes:
        token: what the names of this restore end in.
        archive: what is restored.
        began: when, aware.
        moved: the databases that take the place of others.
        old_entries: what lies at the top of the data root and goes.
        new_entries: what comes there.
    """

    phase: Phase
    token: str
    archive: str
    began: Annotated[datetime, msgspec.Meta(tz=True)]
    moved: list[Moved]
    old_entries: list[str]
    new_entries: list[str]


class Swap:
    """The places of a restore, and the steps between its phases; each may be done again."""

    def __init__(self, site: Site, root: Path, journal: Journal) -> None:
        self._site = site
        self._root = root
        self.journal = journal
        self.folder = root / f"{OURS}-{journal.token}"
        self.new, self.old = self.folder / "new", self.folder / "old"

    def save(self, phase: Phase) -> None:
        """Write down that the next phase begins.

        Raises:
            OSError: it cannot be written; then it has not begun.
        """
        self.journal.phase = phase
        disk.write(self._root / _FILE, msgspec.json.encode(self.journal))

    def swap(self) -> None:
        """Put the new in the place of what was there.

        Raises:
            BackupFailed, OSError: a step could not be done; doing it again goes on there.
        """
        databases.swap(self._site.databases, self.journal.moved)
        for name in self.journal.old_entries:
            if not os.path.lexists(self.old / name):  # each old one is away before a new one comes
                (self._root / name).rename(self.old / name)
        for name in self.journal.new_entries:
            if os.path.lexists(self.new / name):
                (self.new / name).rename(self._root / name)
        os.sync()
        self.save(Phase.SWAPPED)

    def clean(self) -> None:
        """Remove what was there before, and the journal last.

        Raises:
            BackupFailed, OSError: it cannot be removed.
        """
        databases.drop(self._site.databases, [(one.part, one.old) for one in self.journal.moved])
        self._end()

    def undo(self) -> None:
        """Put back what was there, and remove the new.

        Raises:
            BackupFailed, OSError: a step could not be done; doing it again goes on there.
        """
        if self.journal.phase is Phase.SWAPPING:
            for name in self.journal.new_entries:
                if not os.path.lexists(self.new / name):
                    (self._root / name).rename(self.new / name)
            for name in self.journal.old_entries:
                if os.path.lexists(self.old / name):
                    (self.old / name).rename(self._root / name)
            databases.swap_back(self._site.databases, self.journal.moved)
            self.save(Phase.PREPARING)
        databases.drop(self._site.databases, [(one.part, one.new) for one in self.journal.moved])
        self._end()

    def _end(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        (self._root / _FILE).unlink()


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other backups and restores of a data root out, for as long as this process lives at most.

    Raises:
        Busy: another one is at it.
        Misused: the data root is not there, or cannot be written.
    """
    try:
        file = (root / _LOCK).open("a")
    except OSError as error:
        raise Misused(f"The data root {root} cannot be written: {error.strerror}. Mend TMDB_DATA_ROOT.") from error
    with file:
        if not file_lock.lock(file):
            raise Busy("Another backup or restore is under way here: wait until it ends, then run this again.")
        yield


def unfinished(root: Path) -> Journal | None:
    """The journal of a restore that was interrupted; None where there was none.

    Raises:
        RestoreFailed: it cannot be read.
    """
    try:
        return msgspec.json.decode((root / _FILE).read_bytes(), type=Journal)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise RestoreFailed(
            f"The journal of a restore, {root / _FILE}, cannot be read: {error}. Restore a backup anew, with that file "
            "moved away."
        ) from error


def refuse_unfinished(root: Path) -> None:
    """Refuse to begin anything where a restore was interrupted.

    Raises:
        RestoreRefused: one was.
    """
    if unfinished(root):
        raise RestoreRefused(
            "A restore was interrupted here: complete it with tmdb-ops restore --resume, or take it back with "
            "tmdb-ops restore --undo."
        )


def settle(site: Site, *, undo: bool = False) -> str | None:
    """Complete a restore that was interrupted, or take it back: what was done, in a sentence; None if there was none.

    One that had touched nothing yet is taken back in any case.

    Args:
        site: where it was.
        undo: take it back as well if it could be completed.

    Raises:
        Busy: it still runs.
        RestoreRefused: it is to be taken back, and what was there is being removed already.
        BackupFailed: a database cannot be used.
        RestoreFailed: a step cannot be done; the message says why.
    """
    root = site.data_root
    if root is None or not root.is_dir() or unfinished(root) is None:
        return None
    with locked(root):
        journal = unfinished(root)
        if journal is None:
            return None
        swap = Swap(site, root, journal)
        what = f"The restore of {journal.archive} that was interrupted"
        try:
            if journal.phase is Phase.PREPARING:
                swap.undo()
                return f"{what} had touched nothing: all is as it was before it."
            if undo:
                if journal.phase is Phase.SWAPPED:
                    raise RestoreRefused(f"{what} is in place already: what was there before is being removed.")
                swap.undo()
                return f"{what} is taken back: all is as it was before it."
            if journal.phase is Phase.SWAPPING:
                swap.swap()
            swap.clean()
        except OSError as error:
            raise RestoreFailed(
                f"{what} cannot go on: {error}. Mend that, then run tmdb-ops restore --resume."
            ) from error
        return f"{what} is completed: all is as in the backup."
