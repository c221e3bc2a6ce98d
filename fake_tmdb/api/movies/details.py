"""One movie: its details with what is appended, its single parts, and the latest movie."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.groups.collections import collection_stub
from fake_tmdb.api.groups.companies import company_stub
from fake_tmdb.api.movies import changes
from fake_tmdb.api.movies.items import list_item
from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.api.responses import LIFETIME, SHORT_LIFETIME, failure, found
from fake_tmdb.api.statuses import INVALID_PAGE, NOT_FOUND, SESSION_DENIED
from fake_tmdb.catalogue.facts.collections import collection_of
from fake_tmdb.catalogue.facts.external_ids import imdb_id, row_of_imdb
from fake_tmdb.catalogue.facts.production import budget, companies, making_countries, revenue, runtime
from fake_tmdb.catalogue.facts.releases import status
from fake_tmdb.catalogue.reference.countries import COUNTRY_NAMES
from fake_tmdb.catalogue.reference.genres import genre_names
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.texts.translations import tagline

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository


def row_of(catalogue: Catalogue, identifier: str) -> int | None:
    """Return the row of a movie id (`550`, also with a slug: `550-title`) or an IMDb id (`tt0137523`), or None."""
    if identifier.startswith("tt"):
        return row_of_imdb(catalogue, identifier)
    number = re.fullmatch(r"(\d{1,10})(-.*)?", identifier, re.ASCII)
    return catalogue.row_of(int(number[1])) if number else None


def document(catalogue: Catalogue, row: int, language: str) -> Json:
    """Return the details document without appended parts."""
    item = list_item(catalogue, row, language)
    original = item["original_language"]
    english, own = LANGUAGE_NAMES[original]
    countries = making_countries(catalogue, row)
    collection = collection_of(row)
    names = genre_names(language)
    has_homepage = catalogue.draws.below("homepage", row, 4) == 0 and item["overview"]
    return {
        "adult": item["adult"],
        "backdrop_path": item["backdrop_path"],
        "belongs_to_collection": None if collection is None else collection_stub(catalogue, collection, language),
        "budget": budget.of(catalogue, row),
        "genres": [{"id": genre, "name": names[genre]} for genre in item["genre_ids"]],
        "homepage": f"https://movies.example/{item['id']}" if has_homepage else "",
        "id": item["id"],
        "imdb_id": imdb_id(catalogue, row),
        "origin_country": countries[:1],
        "original_language": original,
        "original_title": item["original_title"],
        "overview": item["overview"],
        "popularity": item["popularity"],
        "poster_path": item["poster_path"],
        "production_companies": [company_stub(catalogue, company) for company in companies.distinct(catalogue, row)],
        "production_countries": [{"iso_3166_1": code, "name": COUNTRY_NAMES[code][0]} for code in countries],
        "release_date": item.get("release_date", ""),
        "revenue": revenue.of(catalogue, row),
        "runtime": runtime.of(catalogue, row),
        "softcore": item["softcore"],
        "spoken_languages": [{"english_name": english, "iso_639_1": original, "name": own}],
        "status": status(catalogue, row),
        "tagline": tagline(catalogue.draws, row, language, original),
        "title": item["title"],
        "video": item["video"],
        "vote_average": item["vote_average"],
        "vote_count": item["vote_count"],
    }


@endpoint("/movie/latest", paged=False)
def latest(repository: Repository, request: Request) -> Response:
    """The movie added last, not kept by any cache."""
    catalogue = repository.catalogue
    made = found(document(catalogue, catalogue.latest_row, request.language), None)
    return replace(made, headers=(("cache-control", "public, max-age=0"),))


@endpoint("/movie/{id}", parameters={"append_to_response": None})
def movie(repository: Repository, request: Request) -> Response:
    """The details of a movie, with the parts that are appended."""
    row = row_of(repository.catalogue, request.identifier)
    if row is None:
        return failure(NOT_FOUND)
    return PARTS.appended(document(repository.catalogue, row, request.language), repository, row, request)


@endpoint("/movie/{id}/account_states", described=False)
def account_states(_repository: Repository, _request: Request) -> Response:
    """What an account thinks of a movie: refused, there are no sessions."""
    return failure(SESSION_DENIED)


@endpoint("/movie/{id}/{part}", parts=PARTS)
def part(repository: Repository, request: Request) -> Response:
    """A part of a movie's details on its own."""
    name = request.part
    row = row_of(repository.catalogue, request.identifier)
    if row is None:
        return failure(NOT_FOUND)
    if request.page is None and name != "changes":  # which is not paged
        return failure(INVALID_PAGE)
    if name == "changes" and isinstance(refused := changes.window(request), int):
        return failure(refused)
    made = PARTS[name].make(repository, row, request)
    shown = with_id(name, int(repository.catalogue.ids[row]), made)
    return found(shown, SHORT_LIFETIME if name == "changes" else LIFETIME)


def with_id(name: str, movie_id: int, document: Json) -> Json:
    """Return a part as it is on its own: most have the movie's id, first or, for images, in their midst."""
    if name in {"recommendations", "similar", "similar_movies", "changes"}:
        return document
    if name == "images":
        return {"backdrops": document["backdrops"], "id": movie_id, **document}
    return {"id": movie_id, **document}
