"""A movie, or a series, as lists show it.

Key orders and null rules are those of the 2026 recordings. Bodies are compact JSON in UTF-8; every float has a point.
"""

from __future__ import annotations

from collections.abc import Callable

from fake_tmdb.api.paging import Json
from fake_tmdb.catalogue.catalogue import Catalogue
from fake_tmdb.catalogue.dates import iso_day
from fake_tmdb.catalogue.facts.activity import is_series
from fake_tmdb.catalogue.facts.genres import genre_ids
from fake_tmdb.catalogue.facts.images import backdrop, poster
from fake_tmdb.catalogue.facts.titles import original_language
from fake_tmdb.catalogue.reference.genres import TV_GENRES
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY
from fake_tmdb.catalogue.texts import translations

#: The object of a row, in a language such as `ko-KR`.
Item = Callable[[Catalogue, int, str], Json]

DATELESS_ONE_IN = 20  # of the movies without a date: the lists show not even an empty one
FIRST_SERIES_ID = 1_001

_TV_GENRE_IDS = tuple(TV_GENRES)
_TRENDING_KEYS = (
    "adult", "backdrop_path", "id", "title", "original_title", "overview", "poster_path", "media_type",
    "original_language", "genre_ids", "popularity", "release_date", "softcore", "video", "vote_average", "vote_count",
)  # fmt: skip


def popularity(catalogue: Catalogue, row: int) -> float:
    """Return the popularity as it is shown."""
    return int(catalogue.popularity[row]) / 10_000


def list_item(catalogue: Catalogue, row: int, language: str, *, release_day: int | None = None) -> Json:
    """Return the object that popular, top rated, discover, now playing and upcoming show.

    `release_day` replaces the primary date where a region has its own. Of the movies without a date a few lack the very
    key, as one of 3,829 recorded objects did.
    """
    original = original_language(catalogue, row)
    title, overview = translations.title_and_overview(catalogue.draws, row, language, original)
    item = {
        "adult": bool(catalogue.adult[row]),
        "backdrop_path": backdrop(catalogue, row),
        "genre_ids": genre_ids(catalogue, row),
        "id": int(catalogue.ids[row]),
        "title": title,
        "original_language": original,
        "original_title": translations.title_in(catalogue.draws, row, original, original),
        "overview": overview,
        "popularity": popularity(catalogue, row),
        "poster_path": poster(catalogue, row, language),
        "release_date": iso_day(int(catalogue.day[row]) if release_day is None else release_day),
        "softcore": bool(catalogue.softcore[row]),
        "video": bool(catalogue.video[row]),
        "vote_average": int(catalogue.vote_average[row]) / 1_000,
        "vote_count": int(catalogue.votes[row]),
    }
    if not item["release_date"] and catalogue.draws.below("no date key", row, DATELESS_ONE_IN) == 0:
        del item["release_date"]
    return item


def trending_item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object that trending shows: another key order, and `media_type`."""
    item = list_item(catalogue, row, language)
    item["media_type"] = "movie"
    return {key: item[key] for key in _TRENDING_KEYS if key in item}


def series_item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object that trending shows for a series: a popular row, seen as a series under an id of its own."""
    movie = list_item(catalogue, row, language)
    genre = _TV_GENRE_IDS[catalogue.draws.below("series genre", row, len(_TV_GENRE_IDS))]
    return {
        "adult": movie["adult"],
        "backdrop_path": movie["backdrop_path"],
        "id": FIRST_SERIES_ID + row,
        "name": movie["title"],
        "original_name": movie["original_title"],
        "overview": movie["overview"],
        "poster_path": movie["poster_path"],
        "media_type": "tv",
        "original_language": movie["original_language"],
        "genre_ids": [genre],
        "popularity": movie["popularity"],
        "first_air_date": movie.get("release_date", ""),
        "softcore": movie["softcore"],
        "vote_average": movie["vote_average"],
        "vote_count": movie["vote_count"],
        "origin_country": [HOME_COUNTRY[movie["original_language"]]],
    }


def mixed_item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object of a row where movies and series are mixed."""
    item = series_item if is_series.of(catalogue, row) else trending_item
    return item(catalogue, row, language)
