"""Records: movies with the place where TMDB sent them, and how these places stand in a file."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, NamedTuple

import msgspec
import orjson

from tmdb_pipeline.lake import paths
from tmdb_pipeline.movies import Movie
from tmdb_pipeline.run import Run

_Number = Annotated[int, msgspec.Meta(ge=0)]
_Packed = tuple[_Number, _Number, _Number, _Number]


class PagePlace(msgspec.Struct, frozen=True):
    """Where TMDB sent a record: the file of the page, and the index in its ``results``, from 0."""

    file: str
    index: int


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

    def place(self, run: Run) -> PagePlace:
        """The file of the page under the data root, and the index in it, as reports name a place."""
        return PagePlace(paths.page_file(run, self.source, self.page), self.index)


class Record(NamedTuple):
    """A record as TMDB sent it. A file that an earlier version wrote tells no origins."""

    movie: Movie
    origin: Origin | None

    def received_on(self, run: Run) -> date:
        """The day for which the record holds; the run date where that is not known."""
        return self.origin.day if self.origin else run.day


#: What chooses among copies: of the records of a run, those that stand for their movies and their further copies, each
#: in the order received. Whoever calls a stage passes it, so that neither stage knows how records are judged.
Deduplicate = Callable[[Sequence[Record], Run], tuple[list[Record], list[Record]]]


def digest(movies: Sequence[Movie]) -> str:
    """The SHA-256 of the movies as compact JSON, in hex: equal for equal movies in equal order."""
    return hashlib.sha256(orjson.dumps(movies)).hexdigest()


class Origins(msgspec.Struct):
    """Origins as they stand in a file: as numbers, to keep them short; an unknown one is null.

    Attributes:
        sources: the names of the lists.
        days: the days.
        movies: of each record ``[source, page, index, day]``, where source and day are places in these two.
        copies: the same of the further copies.
    """

    sources: list[str]
    days: list[date]
    movies: list[_Packed | None]
    copies: list[_Packed | None]

    @classmethod
    def of(cls, movies: Sequence[Record], copies: Sequence[Record]) -> "Origins":
        """The origins of the records of a file."""
        known = [record.origin for record in (*movies, *copies) if record.origin]
        source_at = {source: at for at, source in enumerate(dict.fromkeys(origin.source for origin in known))}
        day_at = {day: at for at, day in enumerate(sorted({origin.day for origin in known}))}

        def packed(records: Sequence[Record]) -> list[_Packed | None]:
            return [
                (source_at[origin.source], origin.page, origin.index, day_at[origin.day]) if origin else None
                for _, origin in records
            ]

        return cls(list(source_at), list(day_at), packed(movies), packed(copies))

    def unpacked(self) -> list[Origin | None]:
        """The origin of each record of the file, the movies first.

        Raises:
            IndexError: a number leads to no source or day.
        """
        return [
            numbers and Origin(self.sources[numbers[0]], numbers[1], numbers[2], self.days[numbers[3]])
            for numbers in [*self.movies, *self.copies]
        ]
