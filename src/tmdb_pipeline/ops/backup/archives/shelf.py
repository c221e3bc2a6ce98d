"""The folder of the backups: one is written at a time, listed only once it is whole, and removed by retention alone."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tmdb_pipeline import file_lock
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.ops.backup.archives import retention
from tmdb_pipeline.ops.backup.archives.archive import Archive, Writer
from tmdb_pipeline.ops.backup.errors import ArchiveRefused, BackupFailed
from tmdb_pipeline.ops.errors import Busy, Misused, NoRoom

#: How the names of backups begin and end; between stands when it began, in Seoul.
_PREFIX: Final = "tmdb-backup-"
_SUFFIX: Final = ".tar"
_NAME: Final = re.compile(f"{_PREFIX}.*{re.escape(_SUFFIX)}", re.DOTALL)
#: How the name of the one ends that is being written; it begins with a dot.
_PARTIAL: Final = ".partial"
#: What the system says where there is no room.
FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies on the shelf under the name of a backup: the archive, or why it is none."""

    path: Path
    archive: Archive | None
    trouble: str = ""


class Shelf:
    """A folder of backups."""

    def __init__(self, folder: Path, known_as: str = "") -> None:
        """Take the folder.

        Args:
            folder: where it is.
            known_as: how its owner calls it, who is not in the container that this runs in; empty outside of one.
        """
        self.folder = folder
        self._known_as = known_as
        self._name = known_as or str(folder)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other backups and restores out, in this folder, for as long as this process lives at most.

        Raises:
            Busy: another one is at it.
            Misused: the folder cannot be written.
        """
        try:
            self.folder.mkdir(mode=0o770, parents=True, exist_ok=True)
            file = (self.folder / ".lock").open("a")
        except OSError as error:
            raise self._closed(error, "written") from error
        with file:
            try:
                is_ours = file_lock.lock(file)
            except file_lock.NoLocks as error:
                raise Misused(
                    f"The folder of backups {self._name} has no locks: name one on a file system that has them."
                ) from error
            if not is_ours:
                raise Busy("Another backup or restore is under way here: wait until it ends, then run this again.")
            yield

    @contextmanager
    def writing(self, at: datetime) -> Iterator[tuple[Writer, Path]]:
        """Write a backup, which lies at the path once the block has ended well; else nothing of it is left.

        The folder is locked. What an earlier backup has left that was killed is removed first.

        Raises:
            NoRoom: the disk is full.
            BackupFailed: it cannot be written.
            ArchiveRefused: what was written is read otherwise: the disk is broken.
        """
        target = self._free_name(at)
        partial = self.folder / f".{target.name}{_PARTIAL}"
        try:
            for left in self.folder.glob(f".{_PREFIX}*{_PARTIAL}"):
                left.unlink()
            try:
                with open(partial, "xb+", opener=_private) as file:
                    yield Writer(file), target
                Archive(partial).verify()
                partial.rename(target)
            except BaseException:
                with suppress(OSError):
                    partial.unlink()
                raise
            folder = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(folder)  # else a power cut may forget the name
            finally:
                os.close(folder)
        except OSError as error:
            if error.errno in FULL:
                raise NoRoom(
                    f"The disk of {self._name} is full: make room or name another folder, then run this again. The "
                    "earlier backups are as they were."
                ) from error
            raise BackupFailed(
                f"A backup cannot be written to {self._name}: {error.strerror}. Mend that, then run this again."
            ) from error

    def require_room(self, needed: int) -> None:
        """Refuse to begin where the disk has less room than is needed.

        Raises:
            NoRoom: it has.
        """
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise NoRoom(
                f"The disk of {self._name} has {free / 2**20:,.0f} MiB left, and a backup may need "
                f"{needed / 2**20:,.0f}: make room, or name another folder. Nothing was begun."
            )

    def listed(self) -> list[Listed]:
        """What bears the name of a backup, the newest first by its name; nothing that is being written.

        Raises:
            Misused: the folder cannot be read.
        """
        try:
            names = [path.name for path in self.folder.iterdir()]  # glob would take a closed folder for an empty one
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._closed(error, "read") from error
        return [_look(self.folder / name) for name in sorted(names, reverse=True) if _NAME.fullmatch(name)]

    def named(self, name: str) -> Path:
        """Where a backup lies: by its name on the shelf, by its path, or ``latest``.

        Raises:
            Misused: there is none of this name.
        """
        whole = [one.path for one in self.listed() if one.archive]
        if name == "latest":
            if not whole:
                raise Misused(f"There is no backup in {self._name}: make one with tmdb-ops backup.")
            return whole[0]
        for path in (self.folder / name, Path(name)):
            if path.is_file():
                return path
        raise Misused(f"There is no backup {name}: tmdb-ops backups list shows those in {self._name}.")

    def prune(self, days: int, weeks: int) -> tuple[list[Path], list[Listed]]:
        """Remove what retention does not keep. The folder is locked.

        A backup goes only if one that was just read whole stays in its place; so the last whole one never goes. What is
        damaged is left for somebody to look at.

        Returns:
            What was removed, and what is damaged.

        Raises:
            BackupFailed: one cannot be removed.
        """
        known = [_look(path, whole=True) for path in (one.path for one in self.listed())]
        damaged = [one for one in known if not one.archive]
        made = [(one.archive.manifest.made_at, one.path) for one in known if one.archive]
        kept = {group[0] for group in retention.slots(made, max(days, 1), weeks)}
        removed = [path for _, path in made if path not in kept]
        try:
            for path in removed:
                path.unlink()
        except OSError as error:
            raise BackupFailed(f"An old backup in {self._name} cannot be removed: {error.strerror}.") from error
        return removed, damaged

    def _closed(self, error: OSError, done: str) -> Misused:
        """What is said where the folder cannot be used."""
        what = f"The folder of backups {self._name} cannot be {done}"
        if not self._known_as or error.errno not in {errno.EACCES, errno.EPERM}:
            return Misused(f"{what}: {error.strerror}. Name another, or mend that.")
        group = os.getegid()
        return Misused(
            f"{what} by user {os.geteuid()} of group {group}, whom the stack runs as: let that group write it, with "
            f"sudo chgrp {group} {self._name} && sudo chmod 770 {self._name}, or name another as BACKUPS in .env."
        )

    def _free_name(self, at: datetime) -> Path:
        stem = f"{_PREFIX}{at.astimezone(SEOUL):%Y%m%d-%H%M%S}"
        names = (f"{stem}{f'-{number}' if number else ''}{_SUFFIX}" for number in range(1000))
        return next(path for name in names if not (path := self.folder / name).exists())


def _private(path: str, flags: int) -> int:
    """Open a file that its owner alone may read."""
    return os.open(path, flags, 0o600)


def _look(path: Path, *, whole: bool = False) -> Listed:
    try:
        archive = Archive(path)
        if whole:
            archive.verify()
    except ArchiveRefused as error:
        return Listed(path, None, str(error))
    return Listed(path, archive)
