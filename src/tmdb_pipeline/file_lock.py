"""Locks of open files, which the system takes from their holder when it ends, however it ends."""

from typing import IO, Any


class NoLocks(OSError):
    """The file system has no locks, as some network mounts."""


def lock(file: IO[Any] | int, *, wait: bool = False) -> bool:
    """Take the lock of an open file; whether it was had. It is given back when the file is closed.

    Args:
        file: opened by the caller for itself, or the descriptor of a folder: who shares that shares the lock.
        wait: wait while another has it.

    Raises:
        NoLocks: the file system has none.
    """
    import fcntl  # noqa: PLC0415 - absent on Windows, where only an object store can be the root

    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        raise NoLocks(error.errno, error.strerror) from error
    return True
