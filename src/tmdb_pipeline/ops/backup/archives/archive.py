"""The file of a backup: a plain tar that any ``tar`` can open, closed by a digest over every byte before it.

The last member, ``SHA256``, holds the digest and where the manifest begins. From there to the end of the file every
byte follows from these two, so that a flip anywhere, in a header or in padding too, is found: before it the digest is
another one, behind it the file does not end as it has to.
"""

import hashlib
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from tmdb_pipeline.ops.backup.archives.manifest import FORMAT, Form, Manifest, Member
from tmdb_pipeline.ops.backup.errors import ArchiveRefused

_BLOCK: Final = 512
_CHUNK: Final = 2**20
#: The first member. Whoever finds a backup without this program reads here how to open it.
_README: Final = (
    "tmdb-pipeline-backup.txt",
    b"""This is a backup of tmdb-pipeline. `tmdb-ops backups verify` proves it, `tmdb-ops restore` puts it back.
By hand: manifest.json says what is in it; metadata.dump and warehouse.dump are for pg_restore of the same version of
Postgres; data-root.tar.gz, and over it data-root.later.tar.gz, hold the files of the data root; secrets.json holds the
settings in .env that are secret, encrypted with the passphrase.
""",
)
_MANIFEST: Final = "manifest.json"
_SEAL: Final = "SHA256"
_SEALED: Final = re.compile(rb"sha256 ([0-9a-f]{64}) manifest ([0-9]{20})\n")


class Writer:
    """Writes an archive to a file that can be read again."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._members: list[Member] = []
        self.add(*_README)

    def add(self, name: str, data: bytes) -> None:
        """Add a member.

        Raises:
            OSError: it cannot be written.
        """
        with self.member(name) as write:
            write(data)

    @contextmanager
    def member(self, name: str) -> Iterator[Callable[[bytes], Any]]:
        """Add a member whose size is known only when it has ended: what is given is called with its bytes.

        Raises:
            OSError: it cannot be written.
        """
        begins = self._file.tell()
        self._file.write(_header(name, 0))
        digest, size = hashlib.sha256(), 0

        def write(data: bytes) -> int:
            nonlocal size
            self._file.write(data)
            digest.update(data)
            size += len(data)
            return len(data)

        yield write
        self._file.write(bytes(-size % _BLOCK))
        ends = self._file.tell()
        self._file.seek(begins)
        self._file.write(_header(name, size))
        self._file.seek(ends)
        self._members.append(Member(name, begins + _BLOCK, size, digest.hexdigest()))

    def finish(self, manifest: Callable[[list[Member]], Manifest]) -> None:
        """Close the archive with the manifest that is made of its members, and the digest of all.

        Raises:
            OSError: it cannot be written or read again.
        """
        at = self._file.tell()
        self.add(_MANIFEST, msgspec.json.format(msgspec.json.encode(manifest(self._members))))
        self._file.flush()
        length = self._file.tell()
        self._file.seek(0)
        digest = _digest(self._file, length, at)
        self._file.seek(length)
        self._file.write(_tail(digest, at))
        self._file.flush()
        os.fsync(self._file.fileno())


class Archive:
    """A backup that lies in a file. Opening it looks at its end alone; ``verify`` reads it whole."""

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises:
            ArchiveRefused: it is none of ours, is cut off or damaged at its end, or is of a newer version.
        """
        self.path = path
        try:
            with path.open("rb") as file:
                is_ours = file.read(_BLOCK) == _header(_README[0], len(_README[1]))
                self._length = file.seek(0, os.SEEK_END) - len(_tail("0" * 64, 0))
                tail = file.read() if self._length < 0 else _read(file, self._length)
                found = _SEALED.fullmatch(tail[_BLOCK : 2 * _BLOCK].rstrip(b"\0"))
                if found is None or tail != _tail(found[1].decode(), int(found[2])):
                    raise self._damaged() if is_ours else self._foreign()
                if int(found[2]) >= self._length:
                    raise self._damaged()
                self._digest, self._at = found[1].decode(), int(found[2])
                described = _read(file, self._at + _BLOCK, self._length).rstrip(b"\0")
        except OSError as error:
            raise ArchiveRefused(f"{path} cannot be read: {error.strerror}.") from error
        self.manifest = self._manifest(described)

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._length + len(_tail(self._digest, self._at))

    def verify(self) -> None:
        """Read all of it, and compare every byte with the digest, and every member with its own.

        Raises:
            ArchiveRefused: it is damaged, or cannot be read.
        """
        try:
            with self.path.open("rb") as file:
                if _digest(file, self._length, self._at) != self._digest or file.read() != _tail(
                    self._digest, self._at
                ):
                    raise self._damaged()
        except OSError as error:
            raise ArchiveRefused(f"{self.path} cannot be read: {error.strerror}.") from error
        for member in self.manifest.members:
            for _ in self.chunks(member.name):
                pass

    def has(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return any(member.name == name for member in self.manifest.members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, proved once the last of them is taken.

        Raises:
            ArchiveRefused: they are not those that were written, or cannot be read.
        """
        member = next(member for member in self.manifest.members if member.name == name)
        digest, left = hashlib.sha256(), member.size
        try:
            with self.path.open("rb") as file:
                file.seek(member.at)
                while left and (chunk := file.read(min(left, _CHUNK))):
                    digest.update(chunk)
                    left -= len(chunk)
                    yield chunk
        except OSError as error:
            raise ArchiveRefused(f"{self.path} cannot be read: {error.strerror}.") from error
        if left or digest.hexdigest() != member.sha256:
            raise self._damaged()

    def read(self, name: str) -> bytes:
        """All bytes of a member.

        Raises:
            ArchiveRefused: as ``chunks``.
        """
        return b"".join(self.chunks(name))

    def _manifest(self, described: bytes) -> Manifest:
        try:
            form = msgspec.json.decode(described, type=Form).format
            if form > FORMAT:
                raise ArchiveRefused(
                    f"{self.path} was made by a newer tmdb-pipeline (form {form}, this one knows {FORMAT}): install "
                    "that version, then run this again."
                )
            return msgspec.json.decode(described, type=Manifest)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self._damaged() from error

    def _damaged(self) -> ArchiveRefused:
        return ArchiveRefused(
            f"{self.path} is damaged or cut off: its bytes are not those that were written. Take another backup."
        )

    def _foreign(self) -> ArchiveRefused:
        return ArchiveRefused(f"{self.path} is no backup of tmdb-pipeline, or its beginning and its end are damaged.")


def _read(file: IO[bytes], begin: int, end: int | None = None) -> bytes:
    file.seek(begin)
    return file.read() if end is None else file.read(max(end - begin, 0))


def _digest(file: IO[bytes], length: int, at: int) -> str:
    """The SHA-256 of the first bytes of a file, and of where the manifest begins in it."""
    digest, left = hashlib.sha256(), length
    while left and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    digest.update(b"%020d" % at)
    return digest.hexdigest()


def _header(name: str, size: int) -> bytes:
    """The header of a member, the same for ever: who reads it learns nothing of the machine."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info.tobuf(tarfile.GNU_FORMAT)


def _tail(digest: str, at: int) -> bytes:
    """How a file ends: the member that holds its digest, and what ends a tar."""
    seal = b"sha256 %b manifest %020d\n" % (digest.encode(), at)
    return _header(_SEAL, len(seal)) + seal.ljust(_BLOCK, b"\0") + bytes(2 * _BLOCK)
