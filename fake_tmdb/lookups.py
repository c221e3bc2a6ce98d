"""Collections, companies, keywords, external ids and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson

from fake_tmdb import columns, movies, texts
from fake_tmdb.answers import Answer, failure, found
from fake_tmdb.blocks import keyword
from fake_tmdb.catalogue import NO_DATE
from fake_tmdb.filters import day_number
from fake_tmdb.languages import LANGUAGE_NAMES
from fake_tmdb.paging import INVALID_PAGE, PAGE_SIZE, envelope, page_number

if TYPE_CHECKING:
    from fake_tmdb.movies import Json
    from fake_tmdb.world import Request, World

TTL = 28_800
NOT_FOUND = 34
INVALID_PARAMETERS = 5
EXTERNAL_SOURCES = (
    "facebook_id", "freebase_id", "freebase_mid", "imdb_id", "instagram_id", "tiktok_id", "tvdb_id", "tvrage_id",
    "twitter_id", "wikidata_id", "youtube_id",
)  # fmt: skip


def _number(request: Request) -> int:
    """Return the number in a path such as /company/1, without its slug; -1 where it is none or too large."""
    text = request.path.split("/")[2].partition("-")[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1  # noqa: PLR2004 - int32


def _collection_exists(world: World, number: int) -> bool:
    return number >= movies.COLLECTION_BASE and bool(movies.collection_rows(world.catalogue, number))


def collection(world: World, request: Request) -> Answer:
    """Answer /collection/{id}."""
    number = _number(request)
    if not _collection_exists(world, number):
        return failure(NOT_FOUND)
    catalogue = world.catalogue
    rows = movies.collection_rows(catalogue, number)
    stub = movies.collection_stub(catalogue, number, request.language)
    original = movies.original_language(catalogue, rows[0])
    _, overview = texts.texts(catalogue.draws, rows[0], request.language, original)
    document = {
        "id": number,
        "name": stub["name"],
        "original_language": original,
        "original_name": movies.collection_stub(catalogue, number, original)["name"],
        "overview": overview,
        "poster_path": stub["poster_path"],
        "backdrop_path": stub["backdrop_path"],
        "parts": [movies.trending_item(catalogue, row, request.language) for row in rows],
    }
    return found(document, TTL)


def collection_block(world: World, request: Request) -> Answer:
    """Answer /collection/{id}/images and /collection/{id}/translations."""
    number = _number(request)
    if not _collection_exists(world, number):
        return failure(NOT_FOUND)
    if request.path.endswith("/images"):
        return found({"id": number, "backdrops": [], "posters": []}, TTL)
    told = [
        {
            "iso_3166_1": country,
            "iso_639_1": language,
            "name": LANGUAGE_NAMES[language][1],
            "english_name": LANGUAGE_NAMES[language][0],
            "data": {
                "title": movies.collection_stub(world.catalogue, number, language)["name"],
                "overview": "",
                "homepage": "",
            },
        }
        for language, country in (("en", "US"), ("ko", "KR"))
    ]
    return found({"id": number, "translations": told}, TTL)


def company(world: World, request: Request) -> Answer:
    """Answer /company/{id}."""
    number = _number(request)
    if not 1 <= number <= movies.COMPANIES:
        return failure(NOT_FOUND)
    stub = movies.company_stub(world.catalogue, number)
    document = {
        "description": "",
        "headquarters": "",
        "homepage": f"https://companies.example/{number}",
        "id": number,
        "logo_path": stub["logo_path"],
        "name": stub["name"],
        "origin_country": stub["origin_country"],
        "parent_company": None,
    }
    return found(document, TTL)


def company_block(world: World, request: Request) -> Answer:
    """Answer /company/{id}/images, /alternative_names and /movies."""
    number = _number(request)
    if not 1 <= number <= movies.COMPANIES:
        return failure(NOT_FOUND)
    if request.path.endswith("/images"):
        return found({"id": number, "logos": []}, TTL)
    if request.path.endswith("/alternative_names"):
        return found({"id": number, "results": []}, TTL)
    return _page_of(world, request, np.flatnonzero(columns.holds_company(world.catalogue, number)).tolist(), number)


def keyword_details(_world: World, request: Request) -> Answer:
    """Answer /keyword/{id}."""
    number = _number(request)
    return found(keyword(number), TTL) if 1 <= number <= movies.KEYWORDS else failure(NOT_FOUND)


def keyword_movies(world: World, request: Request) -> Answer:
    """Answer /keyword/{id}/movies."""
    number = _number(request)
    if not 1 <= number <= movies.KEYWORDS:
        return failure(NOT_FOUND)
    mask = columns.holds(world.catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS, number)
    return _page_of(world, request, np.flatnonzero(mask).tolist(), number)


def _page_of(world: World, request: Request, rows: list[int], number: int | None = None) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    items = [movies.list_item(world.catalogue, row, request.language) for row in shown]
    document = envelope(page, items, len(rows))
    return found(document if number is None else {"id": number, **document}, TTL)


def find(world: World, request: Request) -> Answer:
    """Answer /find/{external_id}: movies by IMDb id; the other kinds of results are always empty."""
    source = request.query.get("external_source", "")
    if source not in EXTERNAL_SOURCES:
        return failure(INVALID_PARAMETERS)
    row = movies.row_of_imdb(world.catalogue, request.path.split("/")[2]) if source == "imdb_id" else None
    document: Json = {
        "movie_results": [] if row is None else [movies.trending_item(world.catalogue, row, request.language)],
        "person_results": [],
        "tv_results": [],
        "tv_episode_results": [],
        "tv_season_results": [],
    }
    return found(document, TTL)


def search_movie(world: World, request: Request) -> Answer:
    """Answer /search/movie: every word of the query must begin a word of the title, in any language we have."""
    words = request.query.get("query", "").casefold().split()
    if not words:
        return Answer(422, orjson.dumps({"errors": ["query must be provided"]}))
    catalogue = world.catalogue
    year = request.query.get("primary_release_year") or request.query.get("year") or ""
    first, last = day_number(f"{year}-01-01"), day_number(f"{year}-12-31")
    adult = request.query.get("include_adult", "").lower() == "true"
    rows = []
    for row, title in enumerate(world.titles):
        if not all(f" {word}" in title for word in words):
            continue
        day = int(catalogue.day[row])
        if first is not None and last is not None and (day == NO_DATE or not first <= day <= last):
            continue
        if adult or not catalogue.adult[row]:
            rows.append(row)
    return _page_of(world, request, rows)


def _named(request: Request, candidates: list[Json]) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    words = request.query.get("query", "").casefold().split()
    if not words:
        return Answer(422, orjson.dumps({"errors": ["query must be provided"]}))
    matching = [item for item in candidates if all(f" {word}" in f" {item['name'].casefold()}" for word in words)]
    return found(envelope(page, matching[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(matching)), TTL)


def search_company(world: World, request: Request) -> Answer:
    """Answer /search/company."""
    return _named(request, [movies.company_stub(world.catalogue, number) for number in range(1, movies.COMPANIES + 1)])


def search_keyword(_world: World, request: Request) -> Answer:
    """Answer /search/keyword."""
    return _named(request, [keyword(number) for number in range(1, movies.KEYWORDS + 1)])


def search_collection(world: World, request: Request) -> Answer:
    """Answer /search/collection, among the first thousand collections."""
    count = min(-(-world.catalogue.size // movies.COLLECTION_STRIDE), 1_000)
    numbers = range(movies.COLLECTION_BASE, movies.COLLECTION_BASE + count)
    return _named(request, [movies.collection_stub(world.catalogue, number, request.language) for number in numbers])
