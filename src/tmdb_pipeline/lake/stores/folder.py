"""A folder of this machine: whole files by ``disk``, and locks that the system takes back when their process ends."""

import stat
import time
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any

from tmdb_pipeline import file_lock
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.lake.stores.store import (
    LARGEST,
    Change,
    Explanation,
    busy,
    printable,
    reason,
    too_busy,
    too_large,
)

#: How often a folder is asked for whose file is to be changed, and how many seconds apart; a change takes milliseconds.
_TURNS, _TURN = 200, 0.01


class Folder:
    """Files under a folder, which is made when it is first written to."""

    #: ValueError is for a name that no disk takes.
    trouble: tuple[type[Exception], ...] = (OSError, ValueError)

    def __init__(self, root: Path) -> None:
        """Open the folder at this path.

        Raises:
            OSError: it is relative, and the working folder is gone.
        """
        self._root = root.absolute()

    def name(self, path: str) -> str:
        """The full path of a file."""
        return str(self._root / path)

    def exists(self, path: str) -> bool:
        """Whether there is a regular file of this name."""
        try:
            status = (self._root / path).stat()  # unlike is_file, this tells "not there" from "no answer"
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(status.st_mode)

    def is_taken(self, path: str) -> bool:
        """Whether there is a file, a folder or anything else of this name."""
        return (self._root / path).exists()

    def get(self, path: str) -> bytes:
        """The bytes of a file, which has to be a regular one."""
        size = disk.size(self._root / path)
        if size > LARGEST:
            raise too_large(size)
        return (self._root / path).read_bytes()

    def put(self, path: str, data: bytes) -> None:
        """Write a file whole, over an earlier one, and make its folder."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            disk.write(target, data)
        except file_lock.NoLocks as error:
            raise _without_locks(target.parent, error) from error

    def change(self, path: str, change: Change) -> None:
        """Write a file anew by what is in it; changes in a folder are made one after the other."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with (target.parent / ".lock").open("a") as file:
            try:
                for _ in range(_TURNS):
                    if file_lock.lock(file):
                        break
                    time.sleep(_TURN)
                else:
                    raise too_busy()
                try:
                    earlier = self.get(path)
                except FileNotFoundError:
                    earlier = None
                if (data := change(earlier)) is not None:
                    disk.write(target, data)
            except file_lock.NoLocks as error:
                raise _without_locks(target.parent, error) from error

    def names(self, folder: str) -> list[str]:
        """What lies in a folder; nothing if there is none."""
        try:
            return [entry.name for entry in (self._root / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self._root / path).unlink()

    def lock(self, folder: str, what: str) -> AbstractContextManager[Any]:
        """Lock a folder by a file in it, which stays. The system unlocks it however the process ends.

        Raises:
            RunInProgress: another process has locked it.
            LakeError: the folder cannot be made, or its file system has no locks.
        """
        place = self._root / folder
        try:
            place.mkdir(parents=True, exist_ok=True)
            disk.size(place / ".lock")
            file = (place / ".lock").open("a")
        except self.trouble as error:
            raise LakeError(
                f"{printable(str(place))} cannot be written: {reason(error)}. "
                "Set TMDB_DATA_ROOT to a folder that can be written, then run again."
            ) from error
        try:
            locked = file_lock.lock(file)
        except file_lock.NoLocks as error:
            file.close()
            raise _without_locks(place, error) from error
        if not locked:
            file.close()
            raise busy(what)
        return closing(file)

    @staticmethod
    def explain(error: Exception) -> Explanation:
        """Why something failed, as the system says it."""
        return Explanation(reason(error))


def _without_locks(folder: Path, error: Exception) -> LakeError:
    return LakeError(
        f"{printable(str(folder))} cannot be locked: {reason(error)}. "
        "Set TMDB_DATA_ROOT to a folder on a file system that has locks, then run again."
    )
