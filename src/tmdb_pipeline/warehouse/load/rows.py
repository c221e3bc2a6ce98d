"""Rows of the warehouse, made of records as TMDB sent them."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import orjson

from tmdb_pipeline.lake.quarantine_file import QuarantineLine
from tmdb_pipeline.lake.records import PagePlace
from tmdb_pipeline.movies import movie_id

#: Bytes of a ``version_id``.
_VERSION_LENGTH = 16


class MovieRow(msgspec.Struct, array_like=True, frozen=True):
    """A movie on a list: the columns of the temporary table that a run is copied into, in their order.

    Attributes:
        rank: the place on the list, from 1, duplicates counted.
        version_id: of movie and description, the first 16 bytes of a SHA-256.
    """

    source: str
    rank: int
    page_file: str | None
    page_index: int | None
    version_id: bytes
    movie_id: int
    title: str
    original_title: str | None
    original_language: str | None
    overview: str | None
    release_date: date | None
    adult: bool | None
    video: bool | None
    poster_path: str | None
    backdrop_path: str | None
    genre_ids: list[int]
    popularity: float | None
    vote_average: float | None
    vote_count: int | None


class QuarantineRow(msgspec.Struct, array_like=True, frozen=True):
    """A rejected record: columns of ``quarantined_records``, in the order of the temporary table."""

    line: int
    file: str
    index: int | None
    movie_id: int | None
    title: str | None
    rules: list[str]
    messages: list[str]
    page_file: str | None
    page_index: int | None
    record: str


class Converter:
    """Makes rows, and counts what it had to change.

    Attributes:
        texts_changed: texts with a character that Postgres cannot hold (NUL), which U+FFFD stands for in the row.
    """

    def __init__(self) -> None:
        self.texts_changed = 0

    def movie(self, movie: Mapping[str, Any], source: str, rank: int, place: PagePlace | None) -> MovieRow:
        """The row of an accepted record: the quality gate has checked the types of its fields."""
        day = movie.get("release_date")
        description: dict[str, Any] = {
            "movie_id": movie["id"],
            "title": self._text(movie["title"]),
            "original_title": self._text(movie.get("original_title")),
            "original_language": self._text(movie.get("original_language")),
            "overview": self._text(movie.get("overview")) or None,
            "release_date": date.fromisoformat(day) if day else None,
            "adult": movie.get("adult"),
            "video": movie.get("video"),
            "poster_path": self._text(movie.get("poster_path")),
            "backdrop_path": self._text(movie.get("backdrop_path")),
            "genre_ids": [*(movie.get("genre_ids") or ())],  # of the empty object, too, that TMDB has sent for none
        }
        return MovieRow(
            source=source,
            rank=rank,
            page_file=place.file if place else None,
            page_index=place.index if place else None,
            version_id=hashlib.sha256(msgspec.json.encode([*description.values()])).digest()[:_VERSION_LENGTH],
            **description,
            popularity=_number(movie.get("popularity")),
            vote_average=_number(movie.get("vote_average")),
            vote_count=movie.get("vote_count"),
        )

    def rejected(self, number: int, line: QuarantineLine) -> QuarantineRow:
        """The row of a rejected record, which may be anything; ``number`` is its line in the quarantine, from 1."""
        identity = movie_id(line.record)
        title = line.record.get("title") if isinstance(line.record, dict) else None
        return QuarantineRow(
            number,
            line.file,
            line.index,
            identity if identity is not None and abs(identity) < 2**63 else None,
            self._text(title) if isinstance(title, str) else None,
            [broken.rule for broken in line.rules],
            [self._storable(broken.message) for broken in line.rules],
            line.where.file if line.where else None,
            line.where.index if line.where else None,
            orjson.dumps(line.record).decode(),  # as deep as it was read
        )

    def _text(self, value: str | None) -> str | None:
        return value and self._storable(value)

    def _storable(self, text: str) -> str:
        if "\0" not in text:
            return text
        self.texts_changed += 1
        return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)
