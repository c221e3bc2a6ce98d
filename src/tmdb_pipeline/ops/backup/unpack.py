"""The files of a backup, written into an empty folder."""

import gzip
import hashlib
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from tmdb_pipeline.ops.backup.errors import ArchiveRefused
from tmdb_pipeline.ops.backup.tree import File

_CHUNK: Final = 2**20


def unpack(parts: Sequence[Iterator[bytes]], files: Sequence[File], folder: Path) -> None:
    """Write the files of a copy into an empty folder, each proved by its digest; all are on the disk then.

    Raises:
        ArchiveRefused: a file is not what the list says.
        OSError: a file cannot be written.
    """
    wanted = {(file.part, file.entry): file for file in files}
    for number, chunks in enumerate(parts):
        with (
            gzip.GzipFile(fileobj=_Source(chunks), mode="rb") as packed,  # type: ignore[call-overload]
            tarfile.open(fileobj=packed, mode="r|") as tar,
        ):
            for entry, info in enumerate(tar):
                if (file := wanted.pop((number, entry), None)) is None:
                    continue
                content = tar.extractfile(info)
                if content is None or info.name != file.path or ".." in Path(file.path).parts:
                    raise ArchiveRefused(f"The list of the files and what is packed differ at {file.path}.")
                _write(folder / file.path, content, info, file)
    if wanted:
        raise ArchiveRefused(f"{len(wanted)} files of the list are not in the archive.")
    os.sync()


def _write(path: Path, content: IO[bytes], info: tarfile.TarInfo, file: File) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    read = hashlib.sha256()
    with path.open("xb") as out:
        while chunk := content.read(_CHUNK):
            read.update(chunk)
            out.write(chunk)
    if read.hexdigest() != file.sha256:
        raise ArchiveRefused(f"{file.path} is not what the list of the files says.")
    with suppress(OSError):  # some file systems have no modes or times
        path.chmod(info.mode & 0o777)
        os.utime(path, (info.mtime, info.mtime))


class _Source:
    """Chunks, as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._left += chunk
        given = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(given) :]
        return given
