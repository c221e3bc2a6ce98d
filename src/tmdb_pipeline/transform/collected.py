"""What a collection says of itself, as far as a summary or a consolidation takes it over."""

from typing import Any, TypeVar

import msgspec

from tmdb_pipeline.lake.movie_file import MovieFile
from tmdb_pipeline.lake.store import Lake, LakeError

_T = TypeVar("_T")


def info_of(lake: Lake, file: str, content: MovieFile, shape: type[_T]) -> _T:
    """The info of a file of movies, as ``shape``.

    Raises:
        LakeError: it is of another shape.
    """
    info: Any = content.info
    try:
        return msgspec.convert(info, shape)
    except msgspec.ValidationError as error:
        raise LakeError(
            f"{lake.locate(file)} does not tell what was collected ({error}): run its date again."
        ) from None
