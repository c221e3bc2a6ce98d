"""Small files that all processes of a user on a machine know."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tmdb_pipeline.tmdb.limits.limits import LimitsLost

#: The name of the folder of a user, by number. It stays, for the next who asks.
SHARED = "tmdb-pipeline-limits-{}"


class SharedFiles:
    """The files of this name, in the user's own folder in the temporary one (by default the system's).

    Everything happens within ``at_hand``, which makes a ``LimitsLost`` of what fails.
    """

    def __init__(self, name: str, temporary: Path | None = None) -> None:
        self._name = name
        self._temporary = temporary or Path(tempfile.gettempdir())

    @contextmanager
    def at_hand(self) -> Iterator[None]:
        """Say of what fails inside that the files are not to be had.

        Raises:
            LimitsLost: the disk or the system does not let us.
        """
        try:
            import fcntl  # noqa: F401, PLC0415 - absent on Windows

            yield
        except ImportError:
            raise LimitsLost("this system has no locks on files") from None
        except OSError as error:
            raise LimitsLost(f"the files in {self._temporary} cannot be used ({error.strerror})") from error

    def open(self, name: str) -> BinaryIO:
        """One of the files, made if need be, for reading and writing.

        Raises:
            OSError: it cannot be had.
            LimitsLost: the folder is not ours: anybody may make folders beside it.
        """
        owner = os.getuid()
        own = self._temporary / SHARED.format(owner)
        own.mkdir(mode=0o700, exist_ok=True)
        if own.lstat().st_uid != owner or own.is_symlink():
            raise LimitsLost(f"{own} belongs to somebody else")
        folder = own / self._name
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        return os.fdopen(descriptor, "rb+", buffering=0)
