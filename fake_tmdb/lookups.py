"""Collections, companies, keywords, external ids and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson

from fake_tmdb import columns, movies, texts
from fake_tmdb.answers import Answer, failure, found
from fake_tmdb.blocks import credit_id, image, keyword
from fake_tmdb.catalogue import NO_DATE
from fake_tmdb.filters import day_number
from fake_tmdb.genres import GENRE_IDS
from fake_tmdb.languages import LANGUAGE_NAMES
from fake_tmdb.paging import INVALID_PAGE, PAGE_SIZE, envelope, page_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.catalogue import Catalogue
    from fake_tmdb.movies import Json
    from fake_tmdb.world import Request, World

TTL = 28_800
NOT_FOUND = 34
INVALID_PARAMETERS = 5
QUERY_MISSING = Answer(422, orjson.dumps({"errors": ["query must be provided"]}))
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
        stub = movies.collection_stub(world.catalogue, number, "en")
        backdrop = image(world.catalogue, number, "collection", stub["backdrop_path"], language=None)
        poster = image(world.catalogue, number, "collection", stub["poster_path"], language="en")
        return found({"id": number, "backdrops": [backdrop], "posters": [poster]}, TTL)
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
    stub = movies.company_stub(world.catalogue, number)
    if request.path.endswith("/images"):
        logo = {
            "aspect_ratio": 4.0,
            "file_path": stub["logo_path"],
            "height": 200,
            "id": credit_id(world.catalogue, "company logo", number),
            "file_type": ".png",
            "vote_average": 0.0,
            "vote_count": 0,
            "width": 800,
        }
        return found({"id": number, "logos": [logo] if stub["logo_path"] else []}, TTL)
    if request.path.endswith("/alternative_names"):
        return found({"id": number, "results": [{"name": stub["name"].upper(), "type": ""}]}, TTL)
    mask = columns.holding(columns.companies(world.catalogue), [number], alternatives=True)
    return _page_of(world, request, np.flatnonzero(mask).tolist(), number)


def keyword_details(_world: World, request: Request) -> Answer:
    """Answer /keyword/{id}."""
    number = movies.keyword_number(_number(request))
    return found(keyword(number), TTL) if number > 0 else failure(NOT_FOUND)


def keyword_movies(world: World, request: Request) -> Answer:
    """Answer /keyword/{id}/movies."""
    number = movies.keyword_number(_number(request))
    if number < 0:
        return failure(NOT_FOUND)
    held = columns.numbers(world.catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS)
    mask = columns.holding(held, [number], alternatives=True)
    return _page_of(world, request, np.flatnonzero(mask).tolist(), movies.keyword_id(number))


def genre_movies(world: World, request: Request) -> Answer:
    """Answer /genre/{id}/movies, which is undocumented and still works."""
    number = _number(request)
    if number not in GENRE_IDS:
        return failure(NOT_FOUND)
    return _page_of(world, request, world.discovery.rows({"with_genres": str(number)}).tolist(), number)


def _page_of(
    world: World,
    request: Request,
    rows: list[int],
    number: int | None = None,
    *,
    item: Callable[[Catalogue, int, str], Json] = movies.list_item,
) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    items = [item(world.catalogue, row, request.language) for row in shown]
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
    words = _words(request)
    return QUERY_MISSING if not words else _page_of(world, request, _matching(world, request, words))


def search_multi(world: World, request: Request) -> Answer:
    """Answer /search/multi, which knows movies only."""
    words = _words(request)
    if not words:
        return QUERY_MISSING
    return _page_of(world, request, _matching(world, request, words), item=movies.trending_item)


def search_nothing(_world: World, request: Request) -> Answer:
    """Answer searches for persons and series: there are none."""
    return _listed(request, []) if _words(request) else QUERY_MISSING


def empty_list(_world: World, request: Request) -> Answer:
    """Answer lists of persons and series: there are none."""
    return _listed(request, [])


def _words(request: Request) -> list[str]:
    return request.query.get("query", "").casefold().split()


def _matching(world: World, request: Request, words: list[str]) -> list[int]:
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
        if adult or not catalogue.hidden[row]:
            rows.append(row)
    return rows


def _named(request: Request, candidates: list[Json]) -> Answer:
    words = _words(request)
    if not words:
        return QUERY_MISSING
    matching = [item for item in candidates if all(f" {word}" in f" {item['name'].casefold()}" for word in words)]
    return _listed(request, matching)


def _listed(request: Request, items: list[Json]) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    return found(envelope(page, items[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], len(items)), TTL)


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
