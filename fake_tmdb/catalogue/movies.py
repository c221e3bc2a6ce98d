"""A movie as TMDB sends it: the object in lists and the details document, made from a catalogue row when asked for.

Key orders and null rules are those of the 2026 recordings. Bodies are compact JSON in UTF-8; every float has a point.
"""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from fake_tmdb.catalogue.catalogue import NO_DATE, RELEASED_UNTIL, WELL_KNOWN_IDS, genre_picks
from fake_tmdb.catalogue.reference.countries import COUNTRY_NAMES, MAKING_COUNTRIES
from fake_tmdb.catalogue.reference.genres import GENRE_IDS, genre_names
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.reference.languages import HOME_COUNTRY, LANGUAGE_CODES
from fake_tmdb.catalogue.texts import texts

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Catalogue

Json = dict[str, Any]

EPOCH = dt.date(1970, 1, 1)
IMDB_OFFSET = 90_000_000
COMPANIES = 400
PEOPLE = 20_000
CAST_COLUMNS = ("cast 0", "cast 1", "cast 2", "cast 3", "cast 4")
CREW_COLUMNS = ("crew 0", "crew 1", "crew 2")
KEYWORD_COLUMNS = ("keyword 0", "keyword 1", "keyword 2")
KEYWORDS = 400
# Keyword ids that the test suites of TMDB clients ask for; the others follow from FIRST_KEYWORD_ID.
WELL_KNOWN_KEYWORDS = (1_721, 180_547, 4_270)
FIRST_KEYWORD_ID = 1_001
HIGHEST_REVENUE = 900_000_000
DATELESS_ONE_IN = 20  # of the movies without a date: the lists show not even an empty one
REGIONAL_DELAY = 90  # days within which a region follows the first release
COLLECTION_STRIDE = 60  # one collection of three movies in every sixty rows
COLLECTION_PARTS = 3
COLLECTION_BASE = 10

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def iso_day(day: int) -> str:
    """Return days since 1970 as YYYY-MM-DD, and an empty string for NO_DATE."""
    return "" if day == NO_DATE else (EPOCH + dt.timedelta(days=day)).isoformat()


def image_path(catalogue: Catalogue, kind: str, row: int) -> str:
    """Return an invented image path such as `/4kQ0...xY.jpg` with 27 base-62 digits."""
    digits = []
    for part in range(3):
        value = catalogue.draws.one(f"{kind} {part}", row)
        for _ in range(9):
            value, digit = divmod(value, 62)
            digits.append(_BASE62[digit])
    return "/" + "".join(digits) + ".jpg"


def original_language(catalogue: Catalogue, row: int) -> str:
    """Return the code of the original language."""
    return LANGUAGE_CODES[int(catalogue.language[row])]


def imdb_id(catalogue: Catalogue, row: int) -> str | None:
    """Return the IMDb id: invented, except for well-known ids; None for 12 % of the movies."""
    movie_id = int(catalogue.ids[row])
    if movie_id in WELL_KNOWN_IDS:
        return WELL_KNOWN_IDS[movie_id]
    none = catalogue.draws.below("imdb", row, 8) == 0 or catalogue.is_fresh(row)
    return None if none else f"tt{IMDB_OFFSET + movie_id}"


def row_of_imdb(catalogue: Catalogue, external_id: str) -> int | None:
    """Return the row of an IMDb id such as `tt0137523`, or None."""
    known = next((movie for movie, imdb in WELL_KNOWN_IDS.items() if imdb == external_id), None)
    number = re.fullmatch(r"tt(\d{1,10})", external_id, re.ASCII)
    if number is None:
        return None
    row = catalogue.row_of(int(number[1]) - IMDB_OFFSET if known is None else known)
    return row if row is not None and imdb_id(catalogue, row) == external_id else None


def _lacks(catalogue: Catalogue, row: int, kind: str, per_million: int) -> bool:
    """Return whether a movie lacks an image of a kind.

    The chance grows with the third power of the rank, up to `per_million` for the least popular movie: what people look
    at has images. Of 780 recorded objects, most of them of popular lists, no poster lacked and one backdrop.
    """
    if row in catalogue.well_known:
        return False
    draw = catalogue.draws.below(f"no {kind}", row, 1_000_000)
    return draw * catalogue.size**3 < per_million * row**3 or catalogue.is_fresh(row)


def poster(catalogue: Catalogue, row: int, language: str) -> str | None:
    """Return the poster for a language; None for 3.5 % of all movies. A third has one for each language."""
    if _lacks(catalogue, row, "poster", 4 * 35_000):
        return None
    if catalogue.draws.below("own poster", row, 3) == 0:
        return image_path(catalogue, f"poster {language[:2]}", row)
    return image_path(catalogue, "poster", row)


def backdrop(catalogue: Catalogue, row: int) -> str | None:
    """Return the backdrop; None for 15 % of all movies."""
    if _lacks(catalogue, row, "backdrop", 4 * 150_000):
        return None
    return image_path(catalogue, "backdrop", row)


def genre_ids(catalogue: Catalogue, row: int) -> list[int]:
    """Return the genre ids in the movie's own order."""
    return [GENRE_IDS[pick] for pick in genre_picks(catalogue.draws.one("genres", row))]


def list_item(catalogue: Catalogue, row: int, language: str, *, release_day: int | None = None) -> Json:
    """Return the object that popular, top rated, discover, now playing and upcoming show.

    `release_day` replaces the primary date where a region has its own. Of the movies without a date a few lack the very
    key, as one of 3,829 recorded objects did.
    """
    original = original_language(catalogue, row)
    title, overview = texts.texts(catalogue.draws, row, language, original)
    item = {
        "adult": bool(catalogue.adult[row]),
        "backdrop_path": backdrop(catalogue, row),
        "genre_ids": genre_ids(catalogue, row),
        "id": int(catalogue.ids[row]),
        "title": title,
        "original_language": original,
        "original_title": texts.title_in(catalogue.draws, row, original, original),
        "overview": overview,
        "popularity": int(catalogue.popularity[row]) / 10_000,
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


_TRENDING_KEYS = (
    "adult", "backdrop_path", "id", "title", "original_title", "overview", "poster_path", "media_type",
    "original_language", "genre_ids", "popularity", "release_date", "softcore", "video", "vote_average", "vote_count",
)  # fmt: skip


def trending_item(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the object that trending shows: another key order, and `media_type`."""
    item = list_item(catalogue, row, language)
    item["media_type"] = "movie"
    return {key: item[key] for key in _TRENDING_KEYS if key in item}


def collection_of(row: int) -> int | None:
    """Return the id of the collection that a row belongs to, or None."""
    block, place = divmod(row, COLLECTION_STRIDE)
    return COLLECTION_BASE + block if place % 20 == 0 and place // 20 < COLLECTION_PARTS else None


def collection_rows(catalogue: Catalogue, collection_id: int) -> list[int]:
    """Return the rows of a collection; empty where there is no such collection."""
    first = (collection_id - COLLECTION_BASE) * COLLECTION_STRIDE
    rows = [first + 20 * part for part in range(COLLECTION_PARTS)]
    return [row for row in rows if 0 <= row < catalogue.size]


def collection_stub(catalogue: Catalogue, collection_id: int, language: str) -> Json:
    """Return the short form that a movie's `belongs_to_collection` holds."""
    first = (collection_id - COLLECTION_BASE) * COLLECTION_STRIDE
    title, _ = texts.texts(catalogue.draws, first, language, original_language(catalogue, first))
    return {
        "id": collection_id,
        "name": f"{title} 시리즈" if language[:2] == "ko" else f"{title} Collection",
        "poster_path": image_path(catalogue, "collection poster", collection_id),
        "backdrop_path": image_path(catalogue, "collection backdrop", collection_id),
    }


def keyword_id(number: int) -> int:
    """Return the id of the keyword with a number in 1..KEYWORDS."""
    if number <= len(WELL_KNOWN_KEYWORDS):
        return WELL_KNOWN_KEYWORDS[number - 1]
    return FIRST_KEYWORD_ID + number - 1


def keyword_number(identifier: int) -> int:
    """Return the number of a keyword id, or -1 where there is no such keyword."""
    if identifier in WELL_KNOWN_KEYWORDS:
        return WELL_KNOWN_KEYWORDS.index(identifier) + 1
    number = identifier - FIRST_KEYWORD_ID + 1
    return number if len(WELL_KNOWN_KEYWORDS) < number <= KEYWORDS else -1


def company_ids(catalogue: Catalogue, row: int) -> list[int]:
    """Return the ids of the one to three companies of a movie, without repeats."""
    draw = catalogue.draws.one("companies", row)
    return list(dict.fromkeys(1 + (draw >> shift) % COMPANIES for shift in (8, 20, 32)[: 1 + draw % 3]))


def company_stub(catalogue: Catalogue, company_id: int) -> Json:
    """Return a company as `production_companies` lists it."""
    draws = catalogue.draws
    home = draws.below("company country", company_id, len(MAKING_COUNTRIES))
    logo = image_path(catalogue, "logo", company_id).replace(".jpg", ".png")
    return {
        "id": company_id,
        "logo_path": None if draws.below("no logo", company_id, 3) == 0 else logo,
        "name": texts.company_name(draws, company_id),
        "origin_country": MAKING_COUNTRIES[home],
    }


def runtime(catalogue: Catalogue, row: int) -> int:
    """Return the length in minutes; 0 (unknown) for 8 %."""
    draw = catalogue.draws.one("runtime", row)
    return 0 if draw % 25 < 2 else 75 + (draw >> 8) % 40 + (draw >> 16) % 40


def revenue(catalogue: Catalogue, row: int) -> int:
    """Return the revenue in US dollars; 0 (unknown) for 70 %."""
    draw = catalogue.draws.one("revenue", row)
    return 0 if draw % 10 < 7 else (draw >> 8) % HIGHEST_REVENUE


def regional_day(catalogue: Catalogue, row: int, region: str) -> int | None:
    """Return the release day in a region (ISO 3166-1), or None where it has none there."""
    draw = catalogue.draws.one(f"release {region}", row)
    day = int(catalogue.day[row])
    if day == NO_DATE or (draw % 2 and row not in catalogue.well_known):
        return None
    return day + (draw >> 8) % REGIONAL_DELAY


def status(catalogue: Catalogue, row: int) -> str:
    """Return Released for what is out; otherwise one of TMDB's other five states."""
    day = int(catalogue.day[row])
    if day == NO_DATE:
        return ("Rumored", "Planned", "Canceled")[catalogue.draws.below("status", row, 3)]
    if day > RELEASED_UNTIL:
        return ("In Production", "Post Production")[catalogue.draws.below("status", row, 2)]
    return "Released"


def details(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the details document of `/movie/{id}` without appended blocks."""
    draws = catalogue.draws
    item = list_item(catalogue, row, language)
    original = item["original_language"]
    countries = list(
        dict.fromkeys([HOME_COUNTRY[original], MAKING_COUNTRIES[draws.below("country", row, len(MAKING_COUNTRIES))]])
    )
    countries = countries[: 1 + draws.below("countries", row, 2)]
    collection = collection_of(row)
    names = genre_names(language)
    budget = draws.one("budget", row)
    homepage = draws.below("homepage", row, 4) == 0 and item["overview"]
    english, own = LANGUAGE_NAMES[original]
    return {
        "adult": item["adult"],
        "backdrop_path": item["backdrop_path"],
        "belongs_to_collection": None if collection is None else collection_stub(catalogue, collection, language),
        "budget": 0 if budget % 10 < 7 else (budget >> 8) % 200_000 * 1_000,
        "genres": [{"id": genre, "name": names[genre]} for genre in item["genre_ids"]],
        "homepage": f"https://movies.example/{item['id']}" if homepage else "",
        "id": item["id"],
        "imdb_id": imdb_id(catalogue, row),
        "origin_country": countries[:1],
        "original_language": original,
        "original_title": item["original_title"],
        "overview": item["overview"],
        "popularity": item["popularity"],
        "poster_path": item["poster_path"],
        "production_companies": [company_stub(catalogue, company) for company in company_ids(catalogue, row)],
        "production_countries": [{"iso_3166_1": code, "name": COUNTRY_NAMES[code][0]} for code in countries],
        "release_date": item.get("release_date", ""),
        "revenue": revenue(catalogue, row),
        "runtime": runtime(catalogue, row),
        "softcore": item["softcore"],
        "spoken_languages": [{"english_name": english, "iso_639_1": original, "name": own}],
        "status": status(catalogue, row),
        "tagline": texts.tagline(draws, row, language, original),
        "title": item["title"],
        "video": item["video"],
        "vote_average": item["vote_average"],
        "vote_count": item["vote_count"],
    }
