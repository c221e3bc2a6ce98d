"""The lake: files under one root, in a local folder or an object store, through one code path.

A file appears whole or not at all: on a local disk see ``disk``, on an object store a put is already all or nothing.
"""

import errno
import logging
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from upath import UPath

from tmdb_pipeline.lake import disk, document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError, RunInProgress

log = logging.getLogger(__name__)

#: Bytes. The largest file of ours, 500 pages in one collection, has a tenth of it.
_LARGEST = 128 * 2**20

_T = TypeVar("_T")


def to_json(value: Any) -> bytes:
    """A JSON document as it stands in the lake: UTF-8, no ASCII escapes, indented, with a final newline.

    Raises:
        LakeError: it holds what JSON cannot carry.
    """
    try:
        return document.write(value)
    except DocumentError as error:
        raise LakeError(
            f"A document cannot be written, since it holds what JSON cannot carry: {_reason(error)}. "
            "No file has changed; run its date again."
        ) from error


class Lake:
    """Files by their path relative to the root. Paths use forward slashes everywhere.

    Whatever a disk or a store does, every method raises nothing but LakeError for it.
    """

    def __init__(self, root: str) -> None:
        """Open the lake at ``root``, a folder (made when first written to) or a URL such as ``s3://bucket/prefix``.

        Raises:
            LakeError: no library for this kind of store is installed, or it cannot be opened.
        """
        try:
            path = UPath(root)
            self._local = path.protocol in {"", "file", "local"}
            self._root: Any = Path(path.path).absolute() if self._local else path
            _ = self._local or path.fs  # imports the store's library, which is an extra
        except Exception as error:
            raise LakeError(f"The data root {_printable(root)} cannot be used: {_reason(error)}.") from error
        #: What a store can raise: a disk OSError, or ValueError for a name; an object store's library anything.
        self._trouble: tuple[type[Exception], ...] = (OSError, ValueError) if self._local else (Exception,)

    def locate(self, path: str) -> str:
        """The full name of a file, for people: what cannot be printed is escaped.

        Raises:
            LakeError: the path leads out of the root.
        """
        return _printable(str(self._at(path)))

    def exists(self, path: str) -> bool:
        """Whether there is a file of this name.

        Raises:
            LakeError: nobody can say: the store does not answer, or a folder may not be entered.
        """
        target = self._at(path)
        try:
            status = target.stat()  # unlike is_file, this tells "not there" from "no answer"
        except (FileNotFoundError, NotADirectoryError):
            return False
        except self._trouble as error:
            raise LakeError(f"{self.locate(path)} cannot be looked up: {_reason(error)}.") from error
        return not self._local or stat.S_ISREG(status.st_mode)

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            LakeError: it is not there, is no file, is larger than any of ours, or cannot be read.
        """
        target = self._at(path)
        try:
            return self._get(target)
        except (FileNotFoundError, NotADirectoryError):
            raise LakeError(f"{self.locate(path)} is not there: run the task that writes it first.") from None
        except self._trouble as error:
            raise LakeError(f"{self.locate(path)} cannot be read: {_reason(error)}.") from error

    def read_document(self, path: str, shape: type[_T]) -> _T:
        """The JSON document in a file, as ``shape``: any type that msgspec converts to, see ``document.read``.

        Raises:
            LakeError: it is not there, cannot be read, is half-written, or has another shape; the message says where.
        """
        return self._parsed(path, lambda data: document.read(data, shape))

    def read_field(self, path: str, name: str, shape: type[_T]) -> _T:
        """One field of the JSON document in a file, as ``shape``; the rest is skipped, see ``document.read_field``.

        Raises:
            LakeError: it is not there, cannot be read, is half-written, or has another shape; the message says where.
        """
        return self._parsed(path, lambda data: document.read_field(data, name, shape))

    def write(self, path: str, data: bytes, *, key: str | None = None) -> None:
        """Write a file whole, over an earlier one of the same name.

        With ``key``, an earlier file that is not ours (no JSON object with that key) is not lost but set aside: copied
        to a new name beside it, with a warning.

        Raises:
            LakeError: it cannot be written; what was there is unchanged.
        """
        target = self._at(path)
        earlier = self._set_aside(target, key) if key is not None and self.exists(path) else nullcontext()
        try:
            with earlier:
                self._put(target, data)
        except disk.NoLocks as error:
            raise self._unlocked(target.parent, error) from error
        except self._trouble as error:
            raise LakeError(
                f"{self.locate(path)} cannot be written: {_reason(error)}. Nothing that was there has changed; "
                "make room or set TMDB_DATA_ROOT to a folder that can be written, then run again."
            ) from error

    def files(self, folder: str) -> list[str]:
        """The names of the files of a folder, sorted; none if there is no such folder.

        Left out is what can be none of ours: hidden names, and names that are not UTF-8 or cannot be printed.

        Raises:
            LakeError: the folder cannot be read.
        """
        place = self._at(folder)
        try:
            return sorted(p.name for p in place.iterdir() if not p.name.startswith(".") and p.name.isprintable())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except self._trouble as error:
            raise LakeError(f"{self.locate(folder)} cannot be read: {_reason(error)}.") from error

    def delete(self, path: str) -> None:
        """Remove a file, if it is there.

        Raises:
            LakeError: it cannot be removed.
        """
        target = self._at(path)
        try:
            target.unlink()
        except (FileNotFoundError, NotADirectoryError):
            pass
        except self._trouble as error:
            raise LakeError(
                f"{self.locate(path)} cannot be removed: {_reason(error)}. Mend that, then run again."
            ) from error

    @contextmanager
    def exclusive(self, folder: str, what: str) -> Iterator[None]:
        """Lock a folder for this process alone. The system unlocks it when the process ends, however it ends.

        An object store has no locks: there, a file is whole whoever writes it last, and readers check the run id.

        Raises:
            RunInProgress: another process has locked it.
            LakeError: the folder cannot be made, or its file system has no locks.
        """
        place = self._at(folder)
        if not self._local:
            yield
            return
        try:
            place.mkdir(parents=True, exist_ok=True)
            disk.size(place / ".lock")
            lock = (place / ".lock").open("a")
        except self._trouble as error:
            raise LakeError(
                f"{self.locate(folder)} cannot be written: {_reason(error)}. "
                "Set TMDB_DATA_ROOT to a folder that can be written, then run again."
            ) from error
        with lock:
            try:
                locked = disk.lock(lock)
            except disk.NoLocks as error:
                raise self._unlocked(place, error) from error
            if not locked:
                raise RunInProgress(
                    f"{what} is being collected by another process right now: wait until it ends, then run again."
                )
            yield

    def _at(self, path: str) -> Any:
        """The place of a path: always under the root."""
        try:
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ValueError("it leads out of the data root")  # noqa: TRY301 - told like what the library refuses
            return self._root / path
        except Exception as error:
            raise LakeError(
                f"{_printable(path)} is no path of a file under the data root: {_reason(error)}."
            ) from error

    def _parsed(self, path: str, parse: Callable[[bytes], _T]) -> _T:
        data = self.read(path)
        try:
            return parse(data)
        except DocumentError as error:
            raise self._foreign(path, str(error)) from error

    def _foreign(self, path: str, why: str) -> LakeError:
        return LakeError(
            f"{self.locate(path)} is half-written or not a file of this pipeline ({_printable(why)}): "
            "run its date again."
        )

    @staticmethod
    def _unlocked(folder: Path, error: Exception) -> LakeError:
        return LakeError(
            f"{_printable(str(folder))} cannot be locked: {_reason(error)}. "
            "Set TMDB_DATA_ROOT to a folder on a file system that has locks, then run again."
        )

    def _get(self, target: Any) -> bytes:
        if self._local:
            size = disk.size(target)
            if size > _LARGEST:
                raise OSError(errno.EFBIG, f"it has {size} bytes, no file of ours has more than {_LARGEST}")
        return bytes(target.read_bytes())

    def _put(self, target: Any, data: bytes) -> None:
        if self._local:
            target.parent.mkdir(parents=True, exist_ok=True)
            disk.write(target, data)
        else:
            target.write_bytes(data)  # a store has no folders, and a bucket is not ours to make

    @contextmanager
    def _set_aside(self, target: Any, key: str) -> Iterator[None]:
        """Keep a copy of a file that is not ours while it is replaced. Where that fails, the copy goes again."""
        data = self._get(target)
        if _is_ours(data, key):
            yield
            return
        number = 1
        while (aside := target.with_name(f"{target.name}.set-aside-{number}")).exists():
            number += 1
        self._put(aside, data)  # not renamed, so that the file has its name until the new one takes it
        try:
            yield
        except BaseException:
            with suppress(*self._trouble):
                aside.unlink()
            raise
        log.warning("%s was half-written or not a file of this pipeline: set aside as %s.", target, aside.name)


def _is_ours(data: bytes, key: str) -> bool:
    try:
        return key in document.read(data, dict[str, Any])
    except DocumentError:
        return False


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full"
    return _printable(getattr(error, "strerror", None) or str(error).rstrip(".") or type(error).__name__)


def _printable(text: str) -> str:
    """A text for one line of a log that is written in UTF-8, whatever it holds."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
