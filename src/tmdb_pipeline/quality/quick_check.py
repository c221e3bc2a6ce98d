"""The quick check of one record, for the many that are good or lack no more than a text or an image.

A compiled schema looks at the whole record at once, which costs a third of what parsing it from JSON did. It knows the
catalogue's limits but not its sentences: whatever it cannot settle goes to the full check. A property test holds the
two equal.
"""

from collections.abc import Iterator, MutableMapping, Sequence
from datetime import date
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import ValidationError, convert

from tmdb_pipeline.quality.rules import (
    EARLIEST_RELEASE,
    INT32_MAX,
    LANGUAGES,
    POPULARITY_MAX,
    RULES_BY_ID,
    VOTE_AVERAGE_MAX,
    outcome_of,
)

_NO_OVERVIEW: Final = outcome_of([RULES_BY_ID["overview.empty"]])
_NO_POSTER: Final = outcome_of([RULES_BY_ID["poster_path.empty"]])
_NO_BACKDROP: Final = outcome_of([RULES_BY_ID["backdrop_path.empty"]])

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_PositiveInt = Annotated[int, msgspec.Meta(ge=1, le=INT32_MAX)]


class _Movie(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The commonest shape of a record; in it, a release date is never empty and the genres never are."""

    adult: bool
    backdrop_path: _Text | None
    genre_ids: Annotated[list[_PositiveInt], msgspec.Meta(min_length=1)]
    id: _PositiveInt
    title: _Text
    original_language: str
    original_title: _Text
    overview: str
    popularity: Annotated[float, msgspec.Meta(ge=0, le=POPULARITY_MAX)]
    poster_path: _Text | None
    release_date: date
    softcore: bool
    video: bool
    vote_average: Annotated[float, msgspec.Meta(ge=0, le=VOTE_AVERAGE_MAX)]
    vote_count: Annotated[int, msgspec.Meta(ge=0, le=INT32_MAX)]
    media_type: Literal["movie"] | msgspec.UnsetType = msgspec.UNSET


def unsettled(movies: Sequence[Any], on: date, ids: set[int], outcomes: MutableMapping[int, int]) -> Iterator[int]:
    """Settle the records that the quick check can, as of the run date, and give the places of the others.

    A settled record is good: its id is added to ``ids`` and its outcome counted in ``outcomes``. This is one loop and
    not a function of one record because, in Python, the call would be a tenth of the cost.
    """
    for index, record in enumerate(movies):
        if type(record) is not dict:
            yield index
            continue
        try:
            movie = convert(record, _Movie)
            overview = movie.overview
            if not overview.isascii():
                # Refuses lone surrogates. Not by orjson or UTF-8: the one would leave a copy inside the text and so
                # double the batch, the other takes twice as long.
                overview.encode("utf-32")
        except (ValidationError, UnicodeEncodeError):
            yield index
            continue
        title = movie.title
        original_title = movie.original_title
        poster = movie.poster_path
        backdrop = movie.backdrop_path
        if (
            "\0" in overview
            or not (title.isprintable() and original_title.isprintable())  # then no NUL and no lone surrogate
            or title.isspace()
            or original_title.isspace()
            or movie.original_language not in LANGUAGES
            or not EARLIEST_RELEASE <= movie.release_date <= on
            or type(record["release_date"]) is not str  # convert would also take a date object
            or type(record["genre_ids"]) is not list  # and a set
            or (not movie.vote_count) != (not movie.vote_average)
        ):
            yield index
            continue
        outcome = 0 if overview else _NO_OVERVIEW
        if poster is None:
            outcome |= _NO_POSTER
        elif poster[0] != "/" or not poster.isascii() or "\0" in poster:
            yield index
            continue
        if backdrop is None:
            outcome |= _NO_BACKDROP
        elif backdrop[0] != "/" or not backdrop.isascii() or "\0" in backdrop:
            yield index
            continue
        ids.add(movie.id)
        outcomes[outcome] += 1
