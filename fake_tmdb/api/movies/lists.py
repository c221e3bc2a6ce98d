"""Lists of movies: popular, top rated, now playing, upcoming, discover."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.movies.items import list_item
from fake_tmdb.api.paging import PAGE_SIZE, envelope
from fake_tmdb.api.responses import failure, found
from fake_tmdb.api.statuses import INVALID_PAGE
from fake_tmdb.catalogue import proportions
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.releases import regional_day
from fake_tmdb.catalogue.queries import drift
from fake_tmdb.catalogue.queries.discovery import POPULAR, SORTS, TOP_RATED
from fake_tmdb.catalogue.queries.filters import FILTERS, PARTNERS

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Rows
    from fake_tmdb.catalogue.repository import Repository


def _page(repository: Repository, request: Request, rows: Rows, *, dates: Json | None = None) -> Response:
    page = request.page
    if page is None:
        return failure(INVALID_PAGE)
    catalogue = repository.catalogue
    shown, total = drift.page(rows, page, PAGE_SIZE, request.drift)
    region = request.parameters.get("region", "")
    results = []
    for row in shown.tolist():
        there = regional_day.of(catalogue, row, region) if region else NO_DATE
        results.append(list_item(catalogue, row, request.language, release_day=None if there == NO_DATE else there))
    return found({**({} if dates is None else {"dates": dates}), **envelope(page, results, total)})


@endpoint("/movie/popular")
def popular(repository: Repository, request: Request) -> Response:
    """The most popular movies: discover without parameters."""
    return _page(repository, request, repository.discovery.rows(POPULAR))


@endpoint("/movie/top_rated")
def top_rated(repository: Repository, request: Request) -> Response:
    """The movies with the best votes, among those with 200 or more."""
    return _page(repository, request, repository.discovery.rows(TOP_RATED))


_SORT_BY = {"type": "string", "enum": [f"{field}.{direction}" for field in SORTS for direction in ("asc", "desc")]}
_DISCOVER = {"sort_by": _SORT_BY, **dict.fromkeys(sorted({*FILTERS, *PARTNERS} - {"region", "sort_by"}))}


@endpoint("/discover/movie", parameters=_DISCOVER)
def discover(repository: Repository, request: Request) -> Response:
    """The movies that pass filters, in an order."""
    return _page(repository, request, repository.discovery.rows(request.parameters))


def next_wednesday(at: float) -> dt.date:
    """Return the Wednesday after the day of a time in UTC; on a Wednesday the following one."""
    today = dt.datetime.fromtimestamp(at, dt.UTC).date()
    return today + dt.timedelta(days=(2 - today.weekday() - 1) % 7 + 1)


def _between(repository: Repository, request: Request, first: dt.date, last: dt.date, real: int) -> Response:
    """Respond with the most popular releases of some days, in proportion to the `real` total: those in cinemas."""
    dates = {"maximum": last.isoformat(), "minimum": first.isoformat()}
    query = {"release_date.gte": dates["minimum"], "release_date.lte": dates["maximum"]}
    if region := request.parameters.get("region"):
        query["region"] = region
    rows = repository.discovery.rows(query)[: proportions.total(real, repository.catalogue.size)]
    return _page(repository, request, rows, dates=dates)


@endpoint("/movie/now_playing")
def now_playing(repository: Repository, request: Request) -> Response:
    """What came out in the six weeks before the next Wednesday."""
    wednesday = next_wednesday(request.at)
    return _between(repository, request, wednesday - dt.timedelta(days=42), wednesday, proportions.NOW_PLAYING)


@endpoint("/movie/upcoming")
def upcoming(repository: Repository, request: Request) -> Response:
    """What comes out in the three weeks after the next Wednesday."""
    wednesday = next_wednesday(request.at)
    return _between(repository, request, wednesday, wednesday + dt.timedelta(days=21), proportions.UPCOMING)
