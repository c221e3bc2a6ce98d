"""Keywords and genres, with the movies that have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.groups.members import number_of, page_of, part_of
from fake_tmdb.api.parts import Parts
from fake_tmdb.api.responses import failure
from fake_tmdb.api.statuses import NOT_FOUND
from fake_tmdb.catalogue.facts.definition import having
from fake_tmdb.catalogue.facts.keywords import keyword_id, keyword_name, keyword_number, keywords
from fake_tmdb.catalogue.reference.genres import GENRE_IDS

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.repository import Repository

PARTS = Parts()
GENRE_PARTS = Parts()


def keyword_stub(number: int) -> Json:
    """Return the id and the name of the keyword with a number in 1..KEYWORDS."""
    return {"id": keyword_id(number), "name": keyword_name(number)}


@PARTS.part("movies")
def movies(repository: Repository, number: int, request: Request) -> Json:
    """The movies with the keyword."""
    mask = having(keywords.columns(repository.catalogue), [number], alternatives=True)
    return page_of(repository, request, repository.catalogue.ranked(mask).tolist())


@endpoint("/keyword/{id}", parameters={"append_to_response": None}, example="1721")
def keyword(repository: Repository, request: Request) -> Response:
    """A keyword, with the parts that are appended."""
    number = keyword_number(number_of(request))
    return PARTS.appended(keyword_stub(number), repository, number, request) if number > 0 else failure(NOT_FOUND)


@endpoint("/keyword/{id}/{part}", parts=PARTS, example="1721")
def part(repository: Repository, request: Request) -> Response:
    """The movies with a keyword."""
    number = keyword_number(number_of(request))
    return part_of(PARTS, repository, number, request) if number > 0 else failure(NOT_FOUND)


@GENRE_PARTS.part("movies")
def movies_of_genre(repository: Repository, number: int, request: Request) -> Json:
    """The movies of the genre."""
    return page_of(repository, request, repository.discovery.rows({"with_genres": str(number)}).tolist())


@endpoint("/genre/{id}/{part}", parts=GENRE_PARTS, example="28")
def genre_part(repository: Repository, request: Request) -> Response:
    """The movies of a genre, which is undocumented and still works."""
    number = number_of(request)
    return part_of(GENRE_PARTS, repository, number, request) if number in GENRE_IDS else failure(NOT_FOUND)
