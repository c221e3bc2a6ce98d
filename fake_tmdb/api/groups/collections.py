"""Collections of movies that belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.groups.members import number_of, part_of
from fake_tmdb.api.movies.items import trending_item
from fake_tmdb.api.movies.media import image
from fake_tmdb.api.parts import Parts
from fake_tmdb.api.responses import failure
from fake_tmdb.api.statuses import NOT_FOUND
from fake_tmdb.catalogue.facts.collections import FIRST_ID, collection_rows, first_row
from fake_tmdb.catalogue.facts.images import image_path
from fake_tmdb.catalogue.facts.titles import original_language, title_and_overview
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository

PARTS = Parts()


def collection_stub(catalogue: Catalogue, collection_id: int, language: str) -> Json:
    """Return the short form that a movie's `belongs_to_collection` shows."""
    title, _ = title_and_overview(catalogue, first_row(collection_id), language)
    return {
        "id": collection_id,
        "name": f"{title} 시리즈" if language[:2] == "ko" else f"{title} Collection",
        "poster_path": image_path(catalogue, "collection poster", collection_id),
        "backdrop_path": image_path(catalogue, "collection backdrop", collection_id),
    }


def _exists(repository: Repository, number: int) -> bool:
    return number >= FIRST_ID and bool(collection_rows(repository.catalogue, number))


@PARTS.part("images")
def images(repository: Repository, number: int, _request: Request) -> Json:
    """A backdrop and a poster."""
    catalogue = repository.catalogue
    stub = collection_stub(catalogue, number, "en")
    backdrop = image(catalogue, number, "collection", stub["backdrop_path"], language=None)
    poster = image(catalogue, number, "collection", stub["poster_path"], language="en")
    return {"backdrops": [backdrop], "posters": [poster]}


@PARTS.part("translations")
def translations(repository: Repository, number: int, _request: Request) -> Json:
    """The names in English and Korean."""
    told = [
        {
            "iso_3166_1": country,
            "iso_639_1": language,
            "name": LANGUAGE_NAMES[language][1],
            "english_name": LANGUAGE_NAMES[language][0],
            "data": {
                "title": collection_stub(repository.catalogue, number, language)["name"],
                "overview": "",
                "homepage": "",
            },
        }
        for language, country in (("en", "US"), ("ko", "KR"))
    ]
    return {"translations": told}


@endpoint("/collection/{id}", parameters={"append_to_response": None}, example="10")
def collection(repository: Repository, request: Request) -> Response:
    """A collection with its movies, and with the parts that are appended."""
    number, catalogue = number_of(request), repository.catalogue
    if not _exists(repository, number):
        return failure(NOT_FOUND)
    rows = collection_rows(catalogue, number)
    stub = collection_stub(catalogue, number, request.language)
    original = original_language(catalogue, rows[0])
    document = {
        "id": number,
        "name": stub["name"],
        "original_language": original,
        "original_name": collection_stub(catalogue, number, original)["name"],
        "overview": title_and_overview(catalogue, rows[0], request.language)[1],
        "poster_path": stub["poster_path"],
        "backdrop_path": stub["backdrop_path"],
        "parts": [trending_item(catalogue, row, request.language) for row in rows],
    }
    return PARTS.appended(document, repository, number, request)


@endpoint("/collection/{id}/{part}", parts=PARTS, example="10")
def part(repository: Repository, request: Request) -> Response:
    """A part of a collection's details on its own."""
    number = number_of(request)
    return part_of(PARTS, repository, number, request) if _exists(repository, number) else failure(NOT_FOUND)
