"""External ids and search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from fake_tmdb.api.movies.parts import keyword
from fake_tmdb.api.paging import INVALID_PAGE, PAGE_SIZE, envelope, page_number
from fake_tmdb.api.responses import Answer, failure, found
from fake_tmdb.catalogue import movies
from fake_tmdb.catalogue.catalogue import NO_DATE
from fake_tmdb.catalogue.queries.filters import day_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.movies import Json
    from fake_tmdb.catalogue.repository import World

TTL = 28_800
INVALID_PARAMETERS = 5
QUERY_MISSING = Answer(422, orjson.dumps({"errors": ["query must be provided"]}))
EXTERNAL_SOURCES = (
    "facebook_id", "freebase_id", "freebase_mid", "imdb_id", "instagram_id", "tiktok_id", "tvdb_id", "tvrage_id",
    "twitter_id", "wikidata_id", "youtube_id",
)  # fmt: skip


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


def _page_of(
    world: World, request: Request, rows: list[int], item: Callable[[Catalogue, int, str], Json] = movies.list_item
) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    items = [item(world.catalogue, row, request.language) for row in shown]
    return found(envelope(page, items, len(rows)), TTL)


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
