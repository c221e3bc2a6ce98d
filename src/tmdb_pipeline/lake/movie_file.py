"""Files of movies: each record with the place where TMDB sent it, and beside the movies their further copies.

A file of this kind is ``{"movies": [...], "copies": [...], "origins": {...}, "<kind>_info": {...}}``:

* ``movies`` holds each movie once, and every record that has no usable id.
* ``copies`` holds what else was received of the same movies: lists move while they are read, and a movie has several
  genres. The quality gate judges them, too, so that a broken record does not vanish behind a good one.
* ``origins`` says where each record of the two lists was received (``records.Origins``).
* ``collection_info`` or ``consolidation_info`` says what the file is (``file_info``). It can be read without the rest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
import orjson

from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.lake.file_info import CollectionInfo, ConsolidationInfo, FileInfo
from tmdb_pipeline.lake.records import Origins, Record
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.movies import Movie
from tmdb_pipeline.run import Run

AnyInfo = TypeVar("AnyInfo", CollectionInfo, ConsolidationInfo, FileInfo)
Info = TypeVar("Info", CollectionInfo, ConsolidationInfo)


@dataclass(frozen=True)
class MovieFile(Generic[AnyInfo]):
    """What a file of movies holds.

    Attributes:
        movies: each movie once, in the order in which they were received.
        copies: further copies of these movies, in the same order.
        info: what the file says of itself.
    """

    movies: Sequence[Record]
    copies: Sequence[Record]
    info: AnyInfo

    @property
    def records(self) -> list[Record]:
        """All of them, the movies first: a place in ``movies`` is the same place here."""
        return [*self.movies, *self.copies]

    @property
    def plain_movies(self) -> list[Movie]:
        """The movies alone."""
        return [record.movie for record in self.movies]


def write_movies(lake: Lake, file: str, content: MovieFile[Info]) -> None:
    """Write a file of movies of the kind that its ``info`` is of.

    Raises:
        LakeError: it cannot be written.
    """
    origins = Origins.of(content.movies, content.copies)
    document = {
        "movies": content.plain_movies,
        "copies": [record.movie for record in content.copies],
        "origins": {
            "sources": origins.sources,
            "days": origins.days,
            "movies": _on_one_line(origins.movies),
            "copies": _on_one_line(origins.copies),
        },
        content.info.key: content.info,
    }
    lake.write(file, to_json(document), key=content.info.key)


class _Document(msgspec.Struct):
    """A file of movies as it stands there; versions before copies and origins had neither."""

    movies: list[Any]
    copies: list[Any] = []
    origins: Origins | None = None
    collection_info: FileInfo | None = None
    consolidation_info: FileInfo | None = None


def read_movies(lake: Lake, run: Run, file: str) -> MovieFile[FileInfo]:
    """A file of movies of either kind that this run has written.

    Raises:
        MixedRuns: another run of the same date has written it meanwhile.
        LakeError: it is not there, damaged, or no file of movies.
    """
    document = lake.read_document(file, _Document)
    info = document.collection_info or document.consolidation_info or FileInfo()
    require_writer(lake, file, info.dag_run_id, run)
    movies = [*document.movies, *document.copies]
    try:
        origins = document.origins.unpacked() if document.origins else [None] * len(movies)
        records = [Record(*pair) for pair in zip(movies, origins, strict=True)]
    except (IndexError, ValueError) as error:
        raise LakeError(
            f"{lake.locate(file)} does not say where its movies came from ({error}): run its date again."
        ) from None
    return MovieFile(records[: len(document.movies)], records[len(document.movies) :], info)


def read_info(lake: Lake, file: str, kind: type[Info], *, run: Run | None = None) -> Info:
    """What a file of movies says of itself, which ``run`` has written, if one is given. Its movies are not read.

    Raises:
        MixedRuns: another run of the same date has written it meanwhile.
        LakeError: it is not there, no JSON, or not of this kind.
    """
    info = lake.read_field(file, kind.key, kind)
    if run:
        require_writer(lake, file, info.dag_run_id, run)
    return info


def require_writer(lake: Lake, file: str, writer: object, run: Run) -> None:
    """Refuse a file that another run than this one has written.

    Raises:
        MixedRuns: it has.
    """
    if writer != run.run_id:
        raise MixedRuns(
            f"{lake.locate(file)} was written by run {writer}, not by this run {run.run_id}: two runs of one date must "
            "not be mixed. Run this date again when no other run of it is under way."
        )


def require_type(lake: Lake, file: str, found: str | None, known: Iterable[str]) -> str:
    """The type of a collection, which has to be one of those ``known``.

    Raises:
        LakeError: it is another.
    """
    if found not in (types := [*known]):
        raise LakeError(
            f"{lake.locate(file)} does not tell what was collected (it is a {found}, none of {', '.join(types)}): "
            "run its date again."
        )
    return found


def _on_one_line(value: object) -> orjson.Fragment:
    """JSON that is not indented: numbers by the thousand are not for reading."""
    return orjson.Fragment(orjson.dumps(value))
