"""The temporary folder, beside the lake, in which the file of an export is made and read."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tmdb_pipeline.lake.errors import LakeError


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that is there within this.

    Raises:
        LakeError: it cannot be made.
    """
    with writing():
        folder = tempfile.TemporaryDirectory(prefix="tmdb-export-")
    with folder as name:
        yield Path(name)


@contextmanager
def writing(*kinds: type[Exception]) -> Iterator[None]:
    """Within this the temporary folder is written; ``kinds`` are what tells, besides OSError, that it cannot be.

    Raises:
        LakeError: it cannot be.
    """
    try:
        yield
    except Exception as error:
        if not isinstance(error, (OSError, *kinds)):
            raise
        reason = (getattr(error, "strerror", None) or str(error)).partition("\n")[0].rstrip(".")
        raise LakeError(
            f"The temporary folder {tempfile.gettempdir()} cannot be written: {reason}. Nothing in the lake has "
            "changed; make room or set TMPDIR to a folder with 200 MB of it, then run again."
        ) from error
