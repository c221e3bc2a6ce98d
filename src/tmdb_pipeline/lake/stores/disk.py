"""A local disk: files that are written whole or not at all, and locks that end with their process.

A file gets a temporary name, then fsync, rename, fsync of the folder. A temporary file is locked by its writer, so that
those of killed writers can be told from those being written.
"""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO

from tmdb_pipeline import file_lock

#: How the names of files end that are being written, and what these names look like: other programs have a .tmp, too.
_TEMPORARY = ".tmp"
_TEMPORARIES = f".*.{'[0-9a-f]' * 8}{_TEMPORARY}"


def size(path: Path) -> int:
    """The size of a file in bytes, 0 where there is none. To open a pipe may never end, a device does what it likes.

    Raises:
        OSError: it is something else, or the system does not say.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file")
    return status.st_size


def write(target: Path, data: bytes) -> None:
    """Write a file whole, over an earlier one of its name; its folder is there.

    Raises:
        OSError: it cannot be written, or something else bears its name; what was there is unchanged.
        NoLocks: the file system has no locks.
    """
    size(target)
    temporary, file = _open_temporary(target)
    try:
        with file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            temporary.replace(target)  # still locked, so that nobody sweeps it away first
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
    # The file is there now, whatever becomes of the rest.
    with suppress(OSError):  # some file systems cannot sync a folder
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else a power cut may forget the rename
        finally:
            os.close(folder)
    _sweep(target.parent)


def _open_temporary(target: Path) -> tuple[Path, IO[bytes]]:
    """A new file beside the target, locked to say that its writer lives."""
    while True:
        temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}{_TEMPORARY}")
        file = temporary.open("xb")
        try:
            if file_lock.lock(file) and os.fstat(file.fileno()).st_nlink:
                return temporary, file
        except BaseException:
            with file, suppress(OSError):
                temporary.unlink()
            raise
        file.close()  # somebody swept it away before it was locked


def _sweep(folder: Path) -> None:
    """Remove the temporary files of writers that were killed. Rubbish that cannot be removed does no harm."""
    with suppress(OSError):
        for temporary in folder.glob(_TEMPORARIES):
            with suppress(OSError):
                size(temporary)
                with temporary.open("rb") as file:
                    if file_lock.lock(file):
                        temporary.unlink()
