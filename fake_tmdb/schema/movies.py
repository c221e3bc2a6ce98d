"""Movies and series as lists show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.schema.types import (
    COUNT,
    COUNTRY,
    DATE_OR_EMPTY,
    FLAG,
    ID,
    IMAGE,
    LANGUAGE,
    NAME,
    POPULARITY,
    RATING,
    TEXT,
    listing,
    or_null,
    record,
)

if TYPE_CHECKING:
    from fake_tmdb.schema.types import Schema

_BOTH = {
    "adult": FLAG,
    "backdrop_path": or_null(IMAGE),
    "id": ID,
    "original_language": LANGUAGE,
    "overview": TEXT,
    "popularity": POPULARITY,
    "poster_path": or_null(IMAGE),
    "softcore": FLAG,
    "vote_average": RATING,
    "vote_count": COUNT,
}
#: What lists and details of a movie have in common, the date of its release aside: lists may leave it out.
MOVIE_FIELDS = {**_BOTH, "title": NAME, "original_title": NAME, "video": FLAG}
_GENRE_IDS = listing(ID)
_DATED = {"release_date": DATE_OR_EMPTY}  # absent in a few lists of March 2023

MOVIE = record(MOVIE_FIELDS, genre_ids=_GENRE_IDS, optional=_DATED)
TYPED_MOVIE = record(MOVIE_FIELDS, genre_ids=_GENRE_IDS, media_type={"const": "movie", **TEXT}, optional=_DATED)
SERIES = record(
    _BOTH,
    genre_ids=_GENRE_IDS,
    media_type={"const": "tv", **TEXT},
    name=NAME,
    original_name=NAME,
    first_air_date=DATE_OR_EMPTY,
    origin_country=listing(COUNTRY),
)
#: Of two alternatives only this form names the field that is wrong.
MIXED: Schema = {
    "type": "object",
    "if": {"properties": {"media_type": {"const": "tv"}}, "required": ["media_type"]},
    "then": SERIES,
    "else": TYPED_MOVIE,
}
