"""Files of movies: each record with the place where TMDB sent it, and beside the movies their further copies.

A document of this kind is ``{"movies": [...], "copies": [...], "origins": {...}, "<kind>_info": {...}}``:

* ``movies`` holds each movie once, and every record that has no usable id.
* ``copies`` holds what else was received of the same movies: lists move while they are read, and a movie has several
  genres. The quality gate judges them, too, so that a broken record does not vanish behind a good one.
* ``origins`` says where each record of the two lists was received, by number, to keep it short:
  ``[source, page, index, day]``, where ``source`` and ``day`` are places in its lists ``sources`` and ``days``,
  ``page`` counts from 1 and ``index`` from 0.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, NamedTuple

import msgspec
import orjson

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake, LakeError, to_json
from tmdb_pipeline.movies import Movie
from tmdb_pipeline.run import Run

_Number = Annotated[int, msgspec.Meta(ge=0)]


class MixedRuns(LakeError):
    """A file was written by another run than the one that reads it."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record was received.

    Attributes:
        source: the name of the list.
        page: the number of the page, from 1.
        index: the place in its ``results``, from 0.
        day: the calendar day in Asia/Seoul for which the page holds.
    """

    source: str
    page: int
    index: int
    day: date

    def place(self, run: Run) -> dict[str, Any]:
        """The file of the page under the data root, and the index in it, as reports name a place."""
        return {"file": paths.page_file(run, self.source, self.page), "index": self.index}


class Record(NamedTuple):
    """A record as TMDB sent it. A file that an earlier version wrote tells no origins."""

    movie: Movie
    origin: Origin | None

    def received_on(self, run: Run) -> date:
        """The day for which the record holds; the run date where that is not known."""
        return self.origin.day if self.origin else run.day


@dataclass(frozen=True)
class MovieFile:
    """What a file of movies holds.

    Attributes:
        movies: each movie once, in the order in which they were received.
        copies: further copies of these movies, in the same order.
        info: what the file says of itself.
    """

    movies: Sequence[Record]
    copies: Sequence[Record]
    info: Mapping[str, Any]

    @property
    def records(self) -> list[Record]:
        """All of them, the movies first: a place in ``movies`` is the same place here."""
        return [*self.movies, *self.copies]

    @property
    def plain_movies(self) -> list[Movie]:
        """The movies alone."""
        return [record.movie for record in self.movies]


#: What chooses among copies: of the records of a run, those that stand for their movies and their further copies, each
#: in the order received. Whoever calls a stage passes it, so that neither stage knows how records are judged.
Deduplicate = Callable[[Sequence[Record], Run], tuple[list[Record], list[Record]]]


def write_movies(lake: Lake, file: str, info_key: str, content: MovieFile) -> None:
    """Write a file of movies; ``info_key`` says which kind it is.

    Raises:
        LakeError: it cannot be written.
    """
    document = {
        "movies": content.plain_movies,
        "copies": [record.movie for record in content.copies],
        "origins": _packed(content),
        info_key: content.info,
    }
    lake.write(file, to_json(document), key=info_key)


class _Origins(msgspec.Struct):
    """Origins as they stand in a file; an unknown one is null."""

    sources: list[str]
    days: list[date]
    movies: list[tuple[_Number, _Number, _Number, _Number] | None]
    copies: list[tuple[_Number, _Number, _Number, _Number] | None]


class _Document(msgspec.Struct):
    """A file of movies as it stands there; versions before copies and origins had neither."""

    movies: list[Any]
    copies: list[Any] = []
    origins: _Origins | None = None
    collection_info: dict[str, Any] | None = None
    consolidation_info: dict[str, Any] | None = None


def read_movies(lake: Lake, run: Run, file: str) -> MovieFile:
    """A file of movies that this run has written.

    Raises:
        MixedRuns: another run of the same date has written it meanwhile.
        LakeError: it is not there, damaged, or no file of movies.
    """
    document = lake.read_document(file, _Document)
    info = document.collection_info or document.consolidation_info or {}
    require_writer(lake, file, info.get("dag_run_id"), run)
    movies = [*document.movies, *document.copies]
    try:
        origins = _unpacked(document.origins) if document.origins else [None] * len(movies)
        records = [Record(*pair) for pair in zip(movies, origins, strict=True)]
    except (IndexError, ValueError) as error:
        raise LakeError(
            f"{lake.locate(file)} does not say where its movies came from ({error}): run its date again."
        ) from None
    return MovieFile(records[: len(document.movies)], records[len(document.movies) :], info)


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


def digest(movies: Sequence[Movie]) -> str:
    """The SHA-256 of the movies as compact JSON, in hex: equal for equal movies in equal order."""
    return hashlib.sha256(orjson.dumps(movies)).hexdigest()


def _packed(content: MovieFile) -> dict[str, Any]:
    origins = [record.origin for record in content.records]
    sources = list(dict.fromkeys(origin.source for origin in origins if origin))
    days = sorted({origin.day for origin in origins if origin})
    source_at = {source: at for at, source in enumerate(sources)}
    day_at = {day: at for at, day in enumerate(days)}
    numbers = [
        origin and [source_at[origin.source], origin.page, origin.index, day_at[origin.day]] for origin in origins
    ]
    return {
        "sources": sources,
        "days": [day.isoformat() for day in days],
        "movies": _on_one_line(numbers[: len(content.movies)]),
        "copies": _on_one_line(numbers[len(content.movies) :]),
    }


def _unpacked(packed: _Origins) -> list[Origin | None]:
    return [
        numbers and Origin(packed.sources[numbers[0]], numbers[1], numbers[2], packed.days[numbers[3]])
        for numbers in [*packed.movies, *packed.copies]
    ]


def _on_one_line(value: object) -> orjson.Fragment:
    """JSON that is not indented: numbers by the thousand are not for reading."""
    return orjson.Fragment(orjson.dumps(value))
