"""Other movies that go with a movie: similar ones and recommendations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.movies.items import list_item, trending_item
from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.api.paging import envelope, on_page
from fake_tmdb.catalogue.queries.discovery import POPULAR

if TYPE_CHECKING:
    from fake_tmdb.api.movies.items import Item
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.catalogue.repository import Repository

CHOSEN = 40
AMONG = 2_000  # of the most popular movies


def _related(repository: Repository, row: int, request: Request, kind: str, item: Item) -> Json:
    catalogue = repository.catalogue
    popular = repository.discovery.rows(POPULAR)[:AMONG]
    chosen = [int(popular[catalogue.draws.below(f"{kind} {number}", row, len(popular))]) for number in range(CHOSEN)]
    rows = [other for other in dict.fromkeys(chosen) if other != row]
    page = request.page or 1
    return envelope(page, [item(catalogue, other, request.language) for other in on_page(rows, page)], len(rows))


@PARTS.part("recommendations")
def recommendations(repository: Repository, row: int, request: Request) -> Json:
    """Up to forty popular movies, as trending shows them."""
    return _related(repository, row, request, "recommendation", trending_item)


@PARTS.part("similar", "similar_movies")
def similar(repository: Repository, row: int, request: Request) -> Json:
    """Up to forty popular movies, as other lists show them."""
    return _related(repository, row, request, "similar", list_item)
