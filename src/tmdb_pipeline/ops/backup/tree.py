"""The files of a data root: a copy of them as they were at one moment, while others write there.

Whoever writes a file there writes it under another name and renames it (``lake.stores.disk``), so that an open file
never changes. What can change is which files there are. So the tree is gone through twice. The first round copies all,
which takes long; the second begins at the moment that counts, and copies what has changed since, which takes short.
What came into being after that moment is left out, of what was replaced after it the earlier copy counts, and what was
removed is kept: a file is removed only where another holds what it held, or nobody needs it, and its copy harms nobody.
"""

import gzip
import hashlib
import os
import re
import stat
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

import msgspec

from tmdb_pipeline.ops.backup.archives.manifest import Tree
from tmdb_pipeline.ops.backup.errors import BackupFailed

#: What a restore keeps at the top of a data root; it is no part of it.
OURS: Final = ".tmdb-restore"
#: Locks, and files that are being written.
_PASSING: Final = re.compile(r"\.lock|\..*\.[0-9a-f]{8}\.tmp")
_CHUNK: Final = 2**20
#: Quick: most of it is JSON that shrinks to a fifth at any level.
_LEVEL: Final = 4
#: How often a file is read that somebody cuts short meanwhile, which nobody of ours does.
_READS: Final = 3


class File(msgspec.Struct, frozen=True):
    """A file of the data root: its path, size, digest, and which entry of which part of the archive holds it."""

    path: str
    size: int
    sha256: str
    part: int
    entry: int


class _Seen(NamedTuple):
    inode: int
    size: int
    modified: int
    changed: int


class TreeCopy:
    """A copy of a data root in the making: ``add_round`` twice, then ``files`` is what was there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._parts = 0
        self._seen: dict[str, _Seen] = {}
        self._files: dict[str, File] = {}
        self.left_out: set[str] = set()

    @property
    def files(self) -> list[File]:
        """What was there, by path."""
        return [self._files[path] for path in sorted(self._files)]

    @property
    def summary(self) -> Tree:
        """How much it is, and its digest."""
        return Tree(
            files=len(self._files),
            size=sum(file.size for file in self._files.values()),
            digest=digest({file.path: file.sha256 for file in self._files.values()}),
            left_out=sorted(self.left_out),
        )

    def weigh(self) -> int:
        """The bytes of all files.

        Raises:
            BackupFailed: a folder cannot be read.
        """
        return sum(seen.size for _, seen in self._walk(self._root, "", ()))

    def add_round(self, write: Callable[[bytes], Any]) -> None:
        """Go through the tree, and write what is not yet copied as it is, as a compressed tar.

        Raises:
            BackupFailed: a file or a folder cannot be read.
            OSError: what is written cannot be.
        """
        is_first = not self._parts
        began = self._moment()
        entry = 0
        with (
            gzip.GzipFile(filename="", fileobj=_Sink(write), mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for path, seen in self._walk(self._root, "", ()):
                if self._seen.get(path) == seen or (not is_first and seen.changed > began):
                    continue
                for _ in range(_READS):
                    found = self._copy(tar, path)
                    entry += found is not None
                    if found is None or found[1]:
                        break
                else:
                    raise BackupFailed(f"{self._root / path} is cut short again and again while it is read.")
                if found:
                    file, _ = found
                    self._files[path] = msgspec.structs.replace(file, part=self._parts, entry=entry - 1)
                    self._seen[path] = seen
        self._parts += 1

    def _moment(self) -> int:
        """Now, by the clock of the file system, which may be another machine's: nanoseconds."""
        probe = self._root / f"{OURS}.moment"
        try:
            probe.write_bytes(b"")
            began = probe.stat().st_ctime_ns
            probe.unlink()
        except OSError:  # it may only be read, or is full
            return time.time_ns()
        return began

    def _copy(self, tar: tarfile.TarFile, path: str) -> tuple[File, bool] | None:
        """Write a file to the tar: what it is, and whether it was read to its end; None if it is gone."""
        try:
            file = (self._root / path).open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unreadable(path, error) from error
        with file:
            status = os.fstat(file.fileno())
            info = tarfile.TarInfo(path)
            info.size, info.mtime, info.mode = status.st_size, status.st_mtime, stat.S_IMODE(status.st_mode)
            measured = _Measured(file, info.size, lambda error: self._unreadable(path, error))
            tar.addfile(info, measured)  # type: ignore[arg-type]
        return File(path, info.size, measured.digest.hexdigest(), 0, 0), measured.is_whole

    def _walk(self, folder: Path, prefix: str, above: Sequence[tuple[int, int]]) -> Iterator[tuple[str, _Seen]]:
        for entry in self._entries(folder, prefix):
            path = f"{prefix}{entry.name}"
            status = self._status(entry, path)
            if status is None:
                continue
            identity = (status.st_dev, status.st_ino)
            if stat.S_ISDIR(status.st_mode) and identity not in above:
                yield from self._walk(folder / entry.name, f"{path}/", (*above, identity))
            elif stat.S_ISREG(status.st_mode) and path.isprintable():
                yield path, _Seen(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            else:  # a pipe, a name that is no text, or a link to a folder that it lies in
                self.left_out.add(path.encode("utf-8", "backslashreplace").decode())

    def _entries(self, folder: Path, prefix: str) -> list[os.DirEntry[str]]:
        """What lies in a folder, but for what passes."""
        try:
            found = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unreadable(prefix, error) from error
        return [
            entry
            for entry in found
            if not _PASSING.fullmatch(entry.name) and not (prefix == "" and entry.name.startswith(OURS))
        ]

    def _status(self, entry: os.DirEntry[str], path: str) -> os.stat_result | None:
        """What something is that a name leads to; None if that is nothing."""
        try:
            return entry.stat()
        except FileNotFoundError:
            if entry.is_symlink():
                self.left_out.add(path)
            return None
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _unreadable(self, path: str, error: OSError) -> BackupFailed:
        return BackupFailed(
            f"{self._root / path} cannot be read: {error.strerror}. Run this as who writes the data root, or mend that."
        )


def digest(contents: dict[str, str]) -> str:
    """The digest of a tree, by the paths of its files and the SHA-256 of each."""
    lines = "".join(f"{contents[path]} {path}\n" for path in sorted(contents))
    return hashlib.sha256(lines.encode()).hexdigest()


def measure(root: Path) -> dict[str, str]:
    """The files of a data root by their paths, with the SHA-256 of each: what is compared.

    Raises:
        BackupFailed: one cannot be read.
    """
    copy = TreeCopy(root)
    copy.add_round(len)
    return {file.path: file.sha256 for file in copy.files}


class _Sink:
    """What is written to, as a file."""

    def __init__(self, write: Callable[[bytes], Any]) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


class _Measured:
    """A file of which just so many bytes are read, and a digest of them; what is missing at its end are zeros."""

    def __init__(self, file: IO[bytes], size: int, unreadable: Callable[[OSError], Exception]) -> None:
        self._file = file
        self._left = size
        self._unreadable = unreadable
        self.digest = hashlib.sha256()
        self.is_whole = True

    def read(self, size: int) -> bytes:
        try:
            found = self._file.read(min(size, self._left))
        except OSError as error:
            raise self._unreadable(error) from error
        wanted = min(size, self._left)
        self.is_whole = self.is_whole and len(found) == wanted
        found = found.ljust(wanted, b"\0")
        self._left -= wanted
        self.digest.update(found)
        return found
