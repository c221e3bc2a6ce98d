"""Any other store for which fsspec has a library, such as ``memory://`` in tests. It has no locks."""

from contextlib import AbstractContextManager, nullcontext

from upath import UPath

from tmdb_pipeline.lake.stores.store import Change, Explanation, reason


class OtherStore:
    """Files of a store that fsspec knows. A file is whole whoever writes it last, and readers check the run id."""

    trouble: tuple[type[Exception], ...] = (Exception,)

    def __init__(self, root: UPath) -> None:
        """Open the store at ``root``, and import its library.

        Raises:
            Exception: it cannot be imported, or does not take the URL.
        """
        self._root = root
        _ = root.fs

    def name(self, path: str) -> str:
        """The URL of a file."""
        return str(self._root / path)

    def exists(self, path: str) -> bool:
        """Whether there is a file of this name."""
        try:
            (self._root / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    is_taken = exists

    def get(self, path: str) -> bytes:
        """The bytes of a file."""
        return bytes((self._root / path).read_bytes())

    def put(self, path: str, data: bytes) -> None:
        """Write a file. A store has no folders, and a bucket is not ours to make."""
        (self._root / path).write_bytes(data)

    def change(self, path: str, change: Change) -> None:
        """Write a file anew by what is in it. Of two who do so at once one is lost: there are no locks."""
        if (data := change(self.get(path) if self.exists(path) else None)) is not None:
            self.put(path, data)

    def names(self, folder: str) -> list[str]:
        """What lies in a folder; nothing if there is none."""
        try:
            return [entry.name for entry in (self._root / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []

    def remove(self, path: str) -> None:
        """Remove a file."""
        (self._root / path).unlink()

    @staticmethod
    def lock(_folder: str, _what: str) -> AbstractContextManager[None]:
        """Lock nothing: fsspec has no way to do so that every store knows."""
        return nullcontext()

    @staticmethod
    def explain(error: Exception) -> Explanation:
        """Why something failed, as the library says it."""
        return Explanation(reason(error))
