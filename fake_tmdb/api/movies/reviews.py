"""What people add to a movie: reviews, also each by its own id, and the lists that contain the movie."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.api.paging import envelope, on_page
from fake_tmdb.api.responses import failure, found
from fake_tmdb.api.statuses import NOT_FOUND
from fake_tmdb.catalogue.facts.people import FIRST_AUTHOR
from fake_tmdb.catalogue.facts.titles import title_and_overview
from fake_tmdb.catalogue.texts import lexicon
from fake_tmdb.catalogue.texts.names import person_name
from fake_tmdb.catalogue.well_known import WELL_KNOWN_REVIEWS

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.repository import Repository

_REVIEW_ID = re.compile(r"([0-9a-f]{8})([0-9a-f]{2})[0-9a-f]{14}")


def _count(catalogue: Catalogue, row: int, kind: str) -> int:
    """Return how many of a kind a movie has: up to two, and at least one where it is well known."""
    count = catalogue.draws.below(f"how many {kind}", row, 3)
    return max(count, 1) if row in catalogue.well_known else count


def _paged(request: Request, items: list[Json]) -> Json:
    page = request.page or 1
    return envelope(page, list(on_page(items, page)), len(items))


def review_id(catalogue: Catalogue, row: int, number: int) -> str:
    """Return the id of a movie's review, 24 hexadecimal digits that begin with its row and number."""
    movie_id = int(catalogue.ids[row])
    known = next((review for review, movie in WELL_KNOWN_REVIEWS.items() if movie == movie_id), None)
    if known is not None and number == 0:
        return known
    return f"{row:08x}{number:02x}{catalogue.draws.one(f'review {number}', row) >> 8:014x}"


def _place(catalogue: Catalogue, identifier: str) -> tuple[int, int] | None:
    """Return the row and the number of a review id, or None where there is no such review."""
    if identifier in WELL_KNOWN_REVIEWS:
        row = catalogue.row_of(WELL_KNOWN_REVIEWS[identifier])
        return None if row is None else (row, 0)
    parts = _REVIEW_ID.fullmatch(identifier)
    if parts is None:
        return None
    row, number = int(parts[1], 16), int(parts[2], 16)
    if not catalogue.is_present(row) or number >= _count(catalogue, row, "review"):
        return None
    return (row, number) if review_id(catalogue, row, number) == identifier else None


def _review(catalogue: Catalogue, row: int, number: int) -> Json:
    draws = catalogue.draws
    identifier = review_id(catalogue, row, number)
    author = person_name(draws, FIRST_AUTHOR + 2 * row + number)
    closer = lexicon.CLOSERS[draws.below(f"review {number} text", row, len(lexicon.CLOSERS))][0]
    rating = 1 + draws.below(f"review {number} rating", row, 10)
    username = author.split()[0].lower()
    return {
        "author": author,
        "author_details": {"name": author, "username": username, "avatar_path": None, "rating": rating},
        "content": f"{closer} It is worth an evening.",
        "created_at": "2024-02-03T10:11:12.000Z",
        "id": identifier,
        "updated_at": "2024-02-03T10:11:12.000Z",
        "url": f"https://movies.example/review/{identifier}",
    }


@PARTS.part("reviews")
def reviews(repository: Repository, row: int, request: Request) -> Json:
    """Up to two invented reviews."""
    count = _count(repository.catalogue, row, "review")
    return _paged(request, [_review(repository.catalogue, row, number) for number in range(count)])


@endpoint("/review/{id}", example=next(iter(WELL_KNOWN_REVIEWS)))
def review(repository: Repository, request: Request) -> Response:
    """A review by its own id, with the movie that it is about."""
    place = _place(repository.catalogue, request.identifier)
    if place is None:
        return failure(NOT_FOUND)
    row, number = place
    told = _review(repository.catalogue, row, number)
    about = {
        "iso_639_1": "en",
        "media_id": int(repository.catalogue.ids[row]),
        "media_title": title_and_overview(repository.catalogue, row, request.language)[0],
        "media_type": "Movie",
    }
    shown = {**told, **about}
    keys = ("id", "author", "author_details", "content", "created_at", *about, "updated_at", "url")
    return found({key: shown[key] for key in keys})


@PARTS.part("lists")
def lists(repository: Repository, row: int, request: Request) -> Json:
    """Up to two invented lists that contain the movie."""
    told = [
        {
            "description": "",
            "favorite_count": 0,
            "id": 1 + 2 * row + number,
            "item_count": 1 + repository.catalogue.draws.below(f"list {number} items", row, 200),
            "iso_639_1": "en",
            "iso_3166_1": "US",
            "list_type": "movie",
            "name": ("Rainy Sundays", "To Watch Again")[number],
            "poster_path": None,
        }
        for number in range(_count(repository.catalogue, row, "list"))
    ]
    return _paged(request, told)
