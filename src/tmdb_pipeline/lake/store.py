"""The lake: files under one root, in a local folder or an object store, through one code path.

A file appears whole or not at all: in a folder see ``stores.disk``, on an object store a put is already all or nothing.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from upath import UPath

from tmdb_pipeline.lake import document
from tmdb_pipeline.lake.document import DocumentError
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.stores.folder import Folder
from tmdb_pipeline.lake.stores.other_store import OtherStore
from tmdb_pipeline.lake.stores.store import Change, Store, printable, reason

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_NOT_THERE = (FileNotFoundError, NotADirectoryError)


def to_json(value: Any) -> bytes:
    """A JSON document as it stands in the lake: UTF-8, no ASCII escapes, indented, with a final newline.

    Raises:
        LakeError: it holds what JSON cannot carry.
    """
    try:
        return document.write(value)
    except DocumentError as error:
        raise LakeError(
            f"A document cannot be written, since it holds what JSON cannot carry: {reason(error)}. "
            "No file has changed; run its date again."
        ) from error


def local_folder(root: str) -> Path | None:
    """The folder of this machine that a data root names; None where it names a store.

    Raises:
        ValueError: it names neither.
    """
    path = UPath(root)
    return Path(path.path) if path.protocol in {"", "file", "local"} else None


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
            self._store = _open(root)
        except LakeError:
            raise
        except Exception as error:
            raise LakeError(f"The data root {printable(root)} cannot be used: {reason(error)}.") from error

    def locate(self, path: str) -> str:
        """The full name of a file, for people: what cannot be printed is escaped.

        Raises:
            LakeError: the path leads out of the root.
        """
        return self._named(path)[1]

    def exists(self, path: str) -> bool:
        """Whether there is a file of this name.

        Raises:
            LakeError: nobody can say: the store does not answer, or a folder may not be entered.
        """
        place, name = self._named(path)
        try:
            return self._store.exists(place)
        except self._store.trouble as error:
            raise self._failed(f"{name} cannot be looked up", error) from error

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            LakeError: it is not there, is no file, is larger than any of ours, or cannot be read.
        """
        place, name = self._named(path)
        try:
            return self._store.get(place)
        except _NOT_THERE:
            raise LakeError(f"{name} is not there: run the task that writes it first.") from None
        except self._store.trouble as error:
            raise self._failed(f"{name} cannot be read", error) from error

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
            LakeError: it cannot be written; what was there is unchanged, or whole anew where the message says so.
            RunInProgress: a folder was locked by ``exclusive`` in an object store, and another process has it by now.
        """
        place, name = self._named(path)
        earlier = self._set_aside(place, name, key) if key is not None and self.exists(path) else nullcontext()
        try:
            with earlier:
                self._store.put(place, data)
        except LakeError:
            raise
        except self._store.trouble as error:
            why = self._store.explain(error)
            kept = "The file is whole, as it was or anew" if why.unsure else "Nothing that was there has changed"
            advice = why.advice or "make room or set TMDB_DATA_ROOT to a folder that can be written"
            raise LakeError(f"{name} cannot be written: {why.reason}. {kept}; {advice}, then run again.") from error

    def change(self, path: str, change: Change) -> None:
        """Write a file anew by what is in it.

        Args:
            path: which file.
            change: is given its bytes, or None where there is none, and gives those that it is to have, or None where
                it is to stay as it is. It is called again whenever another process was faster, and raises nothing.

        Of what several processes write at once nothing is lost, but on stores that are neither a folder nor S3.

        Raises:
            LakeError: it cannot be read or written.
        """
        place, name = self._named(path)
        try:
            self._store.change(place, change)
        except LakeError:
            raise
        except self._store.trouble as error:
            raise self._failed(f"{name} cannot be changed", error) from error

    def files(self, folder: str) -> list[str]:
        """The names of the files of a folder, sorted; none if there is no such folder.

        Left out is what can be none of ours: hidden names, and names that are not UTF-8 or cannot be printed.

        Raises:
            LakeError: the folder cannot be read.
        """
        place, full = self._named(folder)
        try:
            return sorted(name for name in self._store.names(place) if not name.startswith(".") and name.isprintable())
        except self._store.trouble as error:
            raise self._failed(f"{full} cannot be read", error) from error

    def delete(self, path: str) -> None:
        """Remove a file, if it is there.

        Raises:
            LakeError: it cannot be removed.
            RunInProgress: as for ``write``.
        """
        place, name = self._named(path)
        try:
            self._store.remove(place)
        except (LakeError, *_NOT_THERE) as error:
            if isinstance(error, LakeError):
                raise
        except self._store.trouble as error:
            raise self._failed(f"{name} cannot be removed", error, "mend that") from error

    @contextmanager
    def exclusive(self, folder: str, what: str) -> Iterator[None]:
        """Lock a folder for this process alone.

        In a local folder the system unlocks it when the process ends, however it ends. In S3 the lock of a process that
        was killed ends by itself (``stores.lease``), and whoever holds it writes nothing once it is another's. Stores
        of other kinds have no locks: there, a file is whole whoever writes it last, and readers check the run id.

        Raises:
            RunInProgress: another process has locked it.
            LakeError: the folder cannot be made, or its store has no locks or does not answer.
        """
        place, name = self._named(folder)
        try:
            lock = self._store.lock(place, what)
        except LakeError:
            raise
        except self._store.trouble as error:
            raise self._failed(f"{name} cannot be locked", error) from error
        with lock:
            yield

    def _named(self, path: str) -> tuple[str, str]:
        """A path under the root as the store takes it, and its full name for people."""
        try:
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ValueError("it leads out of the data root")  # noqa: TRY301 - told like what the library refuses
            return path, printable(self._store.name(path))
        except Exception as error:
            raise LakeError(f"{printable(path)} is no path of a file under the data root: {reason(error)}.") from error

    def _failed(self, what: str, error: Exception, advice: str = "") -> LakeError:
        why = self._store.explain(error)
        advice = why.advice or advice
        return LakeError(f"{what}: {why.reason}." + (advice and f" {advice[0].upper()}{advice[1:]}, then run again."))

    def _parsed(self, path: str, parse: Callable[[bytes], _T]) -> _T:
        data = self.read(path)
        try:
            return parse(data)
        except DocumentError as error:
            raise LakeError(
                f"{self.locate(path)} is half-written or not a file of this pipeline ({printable(str(error))}): "
                "run its date again."
            ) from error

    @contextmanager
    def _set_aside(self, path: str, name: str, key: str) -> Iterator[None]:
        """Keep a copy of a file that is not ours while it is replaced. Where that fails, the copy goes again."""
        data = self._store.get(path)
        if _is_ours(data, key):
            yield
            return
        number = 1
        while self._store.is_taken(aside := f"{path}.set-aside-{number}"):
            number += 1
        self._store.put(aside, data)  # not renamed, so that the file has its name until the new one takes it
        try:
            yield
        except BaseException:
            with suppress(*self._store.trouble):
                self._store.remove(aside)
            raise
        log.warning(
            "%s was half-written or not a file of this pipeline: set aside as %s.", name, PurePosixPath(aside).name
        )


def _open(root: str) -> Store:
    """The store that a data root names."""
    if root.lower().startswith("s3://"):
        try:
            from tmdb_pipeline.lake.stores.bucket import Bucket  # noqa: PLC0415 - its library is an extra
        except ImportError:
            raise LakeError(
                f"The data root {printable(root)} cannot be used: its library is not installed. "
                "Install tmdb-pipeline[s3], then run again."
            ) from None
        return Bucket.open(root)
    folder = local_folder(root)
    return Folder(folder) if folder else OtherStore(UPath(root))


def _is_ours(data: bytes, key: str) -> bool:
    try:
        return key in document.read(data, dict[str, Any])
    except DocumentError:
        return False
