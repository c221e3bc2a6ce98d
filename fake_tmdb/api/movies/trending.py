"""What is in trend on a day or in a week: movies, and popular rows that are seen as series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.movies.items import mixed_item, series_item, trending_item
from fake_tmdb.api.paging import PAGE_SIZE, envelope
from fake_tmdb.api.responses import SHORT_LIFETIME, failure, found
from fake_tmdb.api.statuses import INVALID_PAGE
from fake_tmdb.catalogue.dates import day_of
from fake_tmdb.catalogue.facts.activity import is_series
from fake_tmdb.catalogue.queries import drift
from fake_tmdb.catalogue.queries.discovery import POPULAR

if TYPE_CHECKING:
    from fake_tmdb.api.movies.items import Item
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Rows
    from fake_tmdb.catalogue.repository import Repository

MOST_RESULTS = 10_000


def _rows(repository: Repository, request: Request) -> Rows:
    """Return at most 10,000 rows in the mood of the day or week: anew each day where they move."""
    rows = repository.discovery.rows(POPULAR)[:MOST_RESULTS]
    window = request.path.rpartition("/")[2]
    day = day_of(request.at) if request.drift else 0
    return repository.in_trend(rows, window, day)


def _page(repository: Repository, request: Request, rows: Rows, item: Item) -> Response:
    page = request.page
    if page is None:
        return failure(INVALID_PAGE)
    # The total was the same in every recording, so none of its pages is shorter than it says.
    shown, _ = drift.page(rows, page, PAGE_SIZE, request.drift, shrinking=False)
    results = [item(repository.catalogue, row, request.language) for row in shown.tolist()]
    return found(envelope(page, results, len(rows)), SHORT_LIFETIME)


@endpoint("/trending/movie/day", "/trending/movie/week")
def movies(repository: Repository, request: Request) -> Response:
    """The movies in trend."""
    return _page(repository, request, _rows(repository, request), trending_item)


@endpoint("/trending/all/day", "/trending/all/week")
def everything(repository: Repository, request: Request) -> Response:
    """What is in trend: every fourth or so is a series."""
    return _page(repository, request, _rows(repository, request), mixed_item)


@endpoint("/trending/tv/day", "/trending/tv/week")
def series(repository: Repository, request: Request) -> Response:
    """The series among what is in trend, in their order there."""
    rows = _rows(repository, request)
    return _page(repository, request, rows[is_series.column(repository.catalogue)[rows]], series_item)
