"""Search by words, and movies by their ids elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.groups.collections import collection_stub
from fake_tmdb.api.groups.companies import company_stub
from fake_tmdb.api.groups.keywords import keyword_stub
from fake_tmdb.api.movies.items import list_item, trending_item
from fake_tmdb.api.paging import envelope, on_page
from fake_tmdb.api.responses import Response, failure, found
from fake_tmdb.api.statuses import INVALID_PAGE, INVALID_PARAMETERS
from fake_tmdb.catalogue.dates import NO_DATE, day_number
from fake_tmdb.catalogue.facts.collections import collection_ids, collection_rows
from fake_tmdb.catalogue.facts.external_ids import row_of_imdb
from fake_tmdb.catalogue.facts.keywords import KEYWORDS
from fake_tmdb.catalogue.facts.production import COMPANIES

if TYPE_CHECKING:
    from fake_tmdb.api.movies.items import Item
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.repository import Repository

QUERY_MISSING = Response(422, orjson.dumps({"errors": ["query must be provided"]}))
MOST_COLLECTIONS = 1_000  # that are searched
_QUERY = {"query": {"type": "string", "minLength": 1}}
EXTERNAL_SOURCES = (
    "facebook_id", "freebase_id", "freebase_mid", "imdb_id", "instagram_id", "tiktok_id", "tvdb_id", "tvrage_id",
    "twitter_id", "wikidata_id", "youtube_id",
)  # fmt: skip


@endpoint("/find/{id}", parameters={"external_source": None}, paged=False, example="tt0137523")
def find(repository: Repository, request: Request) -> Response:
    """Movies by an external id: by IMDb id; the other kinds of results are always empty."""
    source = request.parameters.get("external_source", "")
    if source not in EXTERNAL_SOURCES:
        return failure(INVALID_PARAMETERS)
    row = row_of_imdb(repository.catalogue, request.identifier) if source == "imdb_id" else None
    document: Json = {
        "movie_results": [] if row is None else [trending_item(repository.catalogue, row, request.language)],
        "person_results": [],
        "tv_results": [],
        "tv_episode_results": [],
        "tv_season_results": [],
    }
    return found(document)


def _page_of(repository: Repository, request: Request, rows: list[int], item: Item = list_item) -> Response:
    page = request.page
    if page is None:
        return failure(INVALID_PAGE)
    items = [item(repository.catalogue, row, request.language) for row in on_page(rows, page)]
    return found(envelope(page, items, len(rows)))


@endpoint("/search/movie", parameters=_QUERY)
def search_movie(repository: Repository, request: Request) -> Response:
    """Movies by words: every word of the query must begin a word of the title, in any language we have."""
    words = _words(request)
    return QUERY_MISSING if not words else _page_of(repository, request, _matching(repository, request, words))


@endpoint("/search/multi", parameters=_QUERY)
def search_multi(repository: Repository, request: Request) -> Response:
    """Everything by words, which is movies only."""
    words = _words(request)
    if not words:
        return QUERY_MISSING
    return _page_of(repository, request, _matching(repository, request, words), item=trending_item)


@endpoint("/search/person", "/search/tv", parameters=_QUERY)
def search_nothing(_repository: Repository, request: Request) -> Response:
    """Persons and series by words: there are none."""
    return _listed(request, []) if _words(request) else QUERY_MISSING


@endpoint("/discover/tv", "/trending/person/day", "/trending/person/week")
def empty_list(_repository: Repository, request: Request) -> Response:
    """Lists of persons and series: there are none."""
    return _listed(request, [])


def _words(request: Request) -> list[str]:
    return request.parameters.get("query", "").casefold().split()


def _matching(repository: Repository, request: Request, words: list[str]) -> list[int]:
    catalogue = repository.catalogue
    year = request.parameters.get("primary_release_year") or request.parameters.get("year") or ""
    first, last = day_number(f"{year}-01-01"), day_number(f"{year}-12-31")
    adult = request.parameters.get("include_adult", "").lower() == "true"
    rows = []
    for row, title in repository.titles():
        if not all(f" {word}" in title for word in words):
            continue
        day = int(catalogue.day[row])
        if first is not None and last is not None and (day == NO_DATE or not first <= day <= last):
            continue
        if adult or not catalogue.hidden[row]:
            rows.append(row)
    return rows


def _named(request: Request, candidates: list[Json]) -> Response:
    words = _words(request)
    if not words:
        return QUERY_MISSING
    matching = [item for item in candidates if all(f" {word}" in f" {item['name'].casefold()}" for word in words)]
    return _listed(request, matching)


def _listed(request: Request, items: list[Json]) -> Response:
    page = request.page
    if page is None:
        return failure(INVALID_PAGE)
    return found(envelope(page, list(on_page(items, page)), len(items)))


@endpoint("/search/company", parameters=_QUERY)
def search_company(repository: Repository, request: Request) -> Response:
    """Companies by words."""
    return _named(request, [company_stub(repository.catalogue, number) for number in range(1, COMPANIES + 1)])


@endpoint("/search/keyword", parameters=_QUERY)
def search_keyword(_repository: Repository, request: Request) -> Response:
    """Keywords by words."""
    return _named(request, [keyword_stub(number) for number in range(1, KEYWORDS + 1)])


@endpoint("/search/collection", parameters=_QUERY)
def search_collection(repository: Repository, request: Request) -> Response:
    """Collections by words, among the first thousand."""
    catalogue = repository.catalogue
    numbers = [each for each in collection_ids(catalogue)[:MOST_COLLECTIONS] if collection_rows(catalogue, each)]
    return _named(request, [collection_stub(catalogue, number, request.language) for number in numbers])
