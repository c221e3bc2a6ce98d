"""What several movies have in common: collections, companies, keywords and genres, each with its movies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.api import appending
from fake_tmdb.api.movies.parts import credit_id, image, keyword
from fake_tmdb.api.paging import INVALID_PAGE, PAGE_SIZE, envelope, page_number
from fake_tmdb.api.responses import failure, found
from fake_tmdb.catalogue import columns, movies
from fake_tmdb.catalogue.reference.genres import GENRE_IDS
from fake_tmdb.catalogue.reference.language_names import LANGUAGE_NAMES
from fake_tmdb.catalogue.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.movies import Json
    from fake_tmdb.catalogue.repository import World

    Block = Callable[[World, int, Request], Json]

TTL = 28_800
NOT_FOUND = 34


def _number(request: Request) -> int:
    """Return the number in a path such as /company/1, without its slug; -1 where it is none or too large."""
    text = request.path.split("/")[2].partition("-")[0]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1  # noqa: PLR2004 - int32


def _details(world: World, request: Request, number: int, document: Json, blocks: dict[str, Block]) -> Answer:
    """Answer with a document and the blocks that are appended to it."""
    appended = {name: partial(block, world, number, request) for name, block in blocks.items()}
    return appending.details(request, document, appended, TTL)


def _block(world: World, request: Request, number: int, blocks: dict[str, Block]) -> Answer:
    """Answer with one of the blocks on its own, the id first."""
    name = request.path.rpartition("/")[2]
    if name == "movies" and page_number(request.query) is None:
        return failure(INVALID_PAGE)
    return found({"id": _number(request), **blocks[name](world, number, request)}, TTL)


def _page(world: World, request: Request, rows: Sequence[int]) -> Json:
    page = page_number(request.query) or 1
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return envelope(page, [movies.list_item(world.catalogue, row, request.language) for row in shown], len(rows))


def _collection_exists(world: World, number: int) -> bool:
    return number >= movies.COLLECTION_BASE and bool(movies.collection_rows(world.catalogue, number))


def _collection_images(world: World, number: int, _request: Request) -> Json:
    stub = movies.collection_stub(world.catalogue, number, "en")
    backdrop = image(world.catalogue, number, "collection", stub["backdrop_path"], language=None)
    poster = image(world.catalogue, number, "collection", stub["poster_path"], language="en")
    return {"backdrops": [backdrop], "posters": [poster]}


def _collection_translations(world: World, number: int, _request: Request) -> Json:
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
    return {"translations": told}


COLLECTION_BLOCKS: dict[str, Block] = {"images": _collection_images, "translations": _collection_translations}


def collection(world: World, request: Request) -> Answer:
    """Answer /collection/{id}, with append_to_response."""
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
    return _details(world, request, number, document, COLLECTION_BLOCKS)


def collection_block(world: World, request: Request) -> Answer:
    """Answer /collection/{id}/images and /collection/{id}/translations."""
    number = _number(request)
    if not _collection_exists(world, number):
        return failure(NOT_FOUND)
    return _block(world, request, number, COLLECTION_BLOCKS)


def _company_names(world: World, number: int, _request: Request) -> Json:
    return {"results": [{"name": movies.company_stub(world.catalogue, number)["name"].upper(), "type": ""}]}


def _company_images(world: World, number: int, _request: Request) -> Json:
    path = movies.company_stub(world.catalogue, number)["logo_path"]
    logo = {
        "aspect_ratio": 4.0,
        "file_path": path,
        "height": 200,
        "id": credit_id(world.catalogue, "company logo", number),
        "file_type": ".png",
        "vote_average": 0.0,
        "vote_count": 0,
        "width": 800,
    }
    return {"logos": [logo] if path else []}


def _company_movies(world: World, number: int, request: Request) -> Json:
    mask = columns.holding(columns.companies(world.catalogue), [number], alternatives=True)
    return _page(world, request, np.flatnonzero(mask).tolist())


COMPANY_BLOCKS: dict[str, Block] = {
    "alternative_names": _company_names,
    "images": _company_images,
    "movies": _company_movies,
}


def company(world: World, request: Request) -> Answer:
    """Answer /company/{id}, with append_to_response."""
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
    return _details(world, request, number, document, COMPANY_BLOCKS)


def company_block(world: World, request: Request) -> Answer:
    """Answer /company/{id}/images, /alternative_names and /movies."""
    number = _number(request)
    if not 1 <= number <= movies.COMPANIES:
        return failure(NOT_FOUND)
    return _block(world, request, number, COMPANY_BLOCKS)


def _keyword_movies(world: World, number: int, request: Request) -> Json:
    held = columns.numbers(world.catalogue, movies.KEYWORD_COLUMNS, movies.KEYWORDS)
    mask = columns.holding(held, [number], alternatives=True)
    return _page(world, request, np.flatnonzero(mask).tolist())


KEYWORD_BLOCKS: dict[str, Block] = {"movies": _keyword_movies}


def keyword_details(world: World, request: Request) -> Answer:
    """Answer /keyword/{id}, with append_to_response."""
    number = movies.keyword_number(_number(request))
    return _details(world, request, number, keyword(number), KEYWORD_BLOCKS) if number > 0 else failure(NOT_FOUND)


def keyword_movies(world: World, request: Request) -> Answer:
    """Answer /keyword/{id}/movies."""
    number = movies.keyword_number(_number(request))
    return _block(world, request, number, KEYWORD_BLOCKS) if number > 0 else failure(NOT_FOUND)


def _genre_movies(world: World, number: int, request: Request) -> Json:
    return _page(world, request, world.discovery.rows({"with_genres": str(number)}).tolist())


def genre_movies(world: World, request: Request) -> Answer:
    """Answer /genre/{id}/movies, which is undocumented and still works."""
    number = _number(request)
    return _block(world, request, number, {"movies": _genre_movies}) if number in GENRE_IDS else failure(NOT_FOUND)
