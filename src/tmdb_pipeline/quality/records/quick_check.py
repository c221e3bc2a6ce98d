"""The quick check of one record, for the many that are good or lack no more than a text or an image.

A compiled schema looks at the whole record at once, for less than half of what it cost to parse it. It knows the
catalogue's limits but not its sentences: whatever it cannot settle goes to the full check. Property tests hold the two
equal.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import ValidationError, convert

from tmdb_pipeline.quality.records.receipt import Received, day_at
from tmdb_pipeline.quality.rules.catalogue import RULES_BY_ID
from tmdb_pipeline.quality.rules.field_kinds import INT32_MAX
from tmdb_pipeline.quality.rules.field_rules import (
    EARLIEST_RELEASE,
    LANGUAGES,
    LONGEST_WAIT,
    POPULARITY_MAX,
    VOTE_AVERAGE_MAX,
)
from tmdb_pipeline.quality.values.blank import BLANKS


def _outcome(rule_id: str) -> int:
    return RULES_BY_ID[rule_id].bit


_NO_OVERVIEW: Final = _outcome("overview.empty")
_NO_GENRES: Final = _outcome("genre_ids.empty")
_NO_POSTER: Final = _outcome("poster_path.empty")
_NO_BACKDROP: Final = _outcome("backdrop_path.empty")
_NO_AVERAGE: Final = _outcome("votes.without_average")
_NO_VOTES: Final = _outcome("average.without_votes")
_EARLY_VOTES: Final = _outcome("votes.before_release")

_Text = Annotated[str, msgspec.Meta(min_length=1)]
_PositiveInt = Annotated[int, msgspec.Meta(ge=1, le=INT32_MAX)]


class _Movie(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The commonest shape of a record; in it the release date is never empty."""

    adult: bool
    backdrop_path: _Text | None
    genre_ids: list[_PositiveInt]
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


def unsettled(  # noqa: C901, PLR0912, PLR0915 - one loop, because a call for each record would cost a tenth
    movies: Sequence[Any], on: Received, ids: set[int], outcomes: dict[int, int]
) -> Iterator[int]:
    """Settle the records that the quick check can, as of the day of receipt, and give the places of the others.

    A settled record is good: its id is added to ``ids`` and its outcome counted in ``outcomes``. This is one loop and
    not a function of one record because, in Python, the call would be a tenth of the cost.
    """
    first_day = on if isinstance(on, date) else min(on)
    blanks = BLANKS
    spotless = 0
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
        released = movie.release_date
        if (
            "\0" in overview
            or not (title.isprintable() and original_title.isprintable())  # then no NUL and no lone surrogate
            or title[0] in blanks
            or original_title[0] in blanks
            or movie.original_language not in LANGUAGES
            or released < EARLIEST_RELEASE
            # What convert takes although JSON has no such thing: a date, a set or tuple, a Decimal.
            or type(record["release_date"]) is not str
            or type(record["genre_ids"]) is not list
            or type(record["popularity"]) is Decimal
            or type(record["vote_average"]) is Decimal
            or movie.adult
            or movie.softcore
        ):
            yield index
            continue
        if not overview:
            outcome = _NO_OVERVIEW
        elif overview[0] in blanks:  # then all of it may be
            yield index
            continue
        else:
            outcome = 0
        if not movie.genre_ids:
            outcome |= _NO_GENRES
        poster = movie.poster_path
        if poster is None:
            outcome |= _NO_POSTER
        elif poster[0] != "/" or not poster.isascii() or "\0" in poster:
            yield index
            continue
        backdrop = movie.backdrop_path
        if backdrop is None:
            outcome |= _NO_BACKDROP
        elif backdrop[0] != "/" or not backdrop.isascii() or "\0" in backdrop:
            yield index
            continue
        votes = movie.vote_count
        if not votes:
            if movie.vote_average:
                outcome |= _NO_VOTES
        elif not movie.vote_average:
            outcome |= _NO_AVERAGE
        if released > first_day and released > (day := day_at(on, index)):
            if released - day > LONGEST_WAIT:
                yield index
                continue
            if votes:
                outcome |= _EARLY_VOTES
        ids.add(movie.id)
        if outcome:
            outcomes[outcome] = outcomes.get(outcome, 0) + 1
        else:
            spotless += 1
    if spotless:
        outcomes[0] = outcomes.get(0, 0) + spotless
