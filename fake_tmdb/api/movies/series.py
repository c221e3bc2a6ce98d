"""Series, only as trending shows them: a quarter of the popular rows, seen as series under ids of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.reference.genres import TV_GENRES
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue, Mask, Rows
    from fake_tmdb.catalogue.movies import Json

ONE_IN = 4
FIRST_ID = 1_001
_GENRES = tuple(TV_GENRES)


def are(catalogue: Catalogue, rows: Rows) -> Mask:
    """Return which of some rows are series where movies and series are mixed."""
    return np.asarray(catalogue.draws.over("series", rows.astype(np.uint64)) % np.uint64(ONE_IN) == 0)


def item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object that trending shows for a series, in the key order of the recordings."""
    movie = movies.list_item(catalogue, row, language)
    first = catalogue.draws.below("series genre", row, len(_GENRES))
    return {
        "adult": movie["adult"],
        "backdrop_path": movie["backdrop_path"],
        "id": FIRST_ID + row,
        "name": movie["title"],
        "original_name": movie["original_title"],
        "overview": movie["overview"],
        "poster_path": movie["poster_path"],
        "media_type": "tv",
        "original_language": movie["original_language"],
        "genre_ids": [_GENRES[first]],
        "popularity": movie["popularity"],
        "first_air_date": movie.get("release_date", ""),
        "softcore": movie["softcore"],
        "vote_average": movie["vote_average"],
        "vote_count": movie["vote_count"],
        "origin_country": [HOME_COUNTRY[movie["original_language"]]],
    }


def or_movie_item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object of a row where movies and series are mixed."""
    is_series = catalogue.draws.below("series", row, ONE_IN) == 0
    return item(catalogue, row, language) if is_series else movies.trending_item(catalogue, row, language)
