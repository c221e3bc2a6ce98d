"""What the endpoints of collections, companies, keywords and genres share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.movies.items import list_item
from fake_tmdb.api.paging import envelope, on_page
from fake_tmdb.api.responses import failure, found
from fake_tmdb.api.statuses import INVALID_PAGE
from fake_tmdb.catalogue.queries.values import NO_ID, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.parts import Parts
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.repository import Repository


def number_of(request: Request) -> int:
    """Return the number in a path such as /company/1, without its slug; NO_ID where it is none or too large."""
    number = whole(request.identifier.partition("-")[0])
    return NO_ID if number is None else number


def page_of(repository: Repository, request: Request, rows: Sequence[int]) -> Json:
    """Return the page of movies that is asked for, the most popular first."""
    page = request.page or 1
    items = [list_item(repository.catalogue, row, request.language) for row in on_page(rows, page)]
    return envelope(page, items, len(rows))


def part_of(parts: Parts, repository: Repository, number: int, request: Request) -> Response:
    """Respond with a part on its own, the id first."""
    if request.part == "movies" and request.page is None:
        return failure(INVALID_PAGE)
    return found({"id": number_of(request), **parts[request.part].make(repository, number, request)})
