"""The paged lists of movies: popular, top rated, now playing, upcoming, trending and discover."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.api.movies import series
from fake_tmdb.api.paging import INVALID_PAGE, PAGE_SIZE, envelope, page_number
from fake_tmdb.api.responses import failure, found
from fake_tmdb.catalogue import movies, proportions
from fake_tmdb.catalogue.queries import drift
from fake_tmdb.catalogue.queries.discovery import POPULAR, TOP_RATED

if TYPE_CHECKING:
    from collections.abc import Callable

    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.catalogue import Catalogue, Rows
    from fake_tmdb.catalogue.movies import Json
    from fake_tmdb.catalogue.repository import World

LIST_TTL = 28_800
TRENDING_TTL = 600
TRENDING_RESULTS = 10_000
DAY = 86_400


def _list(world: World, request: Request, rows: Rows, *, ttl: int = LIST_TTL, dates: Json | None = None) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    shown, total = drift.page(rows, page, PAGE_SIZE, request.drift)
    region = request.query.get("region", "")
    results = [
        movies.list_item(
            world.catalogue,
            row,
            request.language,
            release_day=movies.regional_day(world.catalogue, row, region) if region else None,
        )
        for row in shown.tolist()
    ]
    document = envelope(page, results, total)
    return found(document if dates is None else {"dates": dates, **document}, ttl)


def popular(world: World, request: Request) -> Answer:
    """Answer /movie/popular."""
    return _list(world, request, world.discovery.rows(POPULAR))


def top_rated(world: World, request: Request) -> Answer:
    """Answer /movie/top_rated."""
    return _list(world, request, world.discovery.rows(TOP_RATED))


def discover(world: World, request: Request) -> Answer:
    """Answer /discover/movie."""
    return _list(world, request, world.discovery.rows(request.query))


def next_wednesday(at: float) -> dt.date:
    """Return the Wednesday after the day of a time in UTC; on a Wednesday the following one."""
    today = dt.datetime.fromtimestamp(at, dt.UTC).date()
    return today + dt.timedelta(days=(2 - today.weekday() - 1) % 7 + 1)


def _between(world: World, request: Request, first: dt.date, last: dt.date, real: int) -> Answer:
    """Answer with the most popular releases of some days, in proportion to the `real` total: those in cinemas."""
    dates = {"maximum": last.isoformat(), "minimum": first.isoformat()}
    query = {"release_date.gte": dates["minimum"], "release_date.lte": dates["maximum"]}
    if region := request.query.get("region"):
        query["region"] = region
    rows = world.discovery.rows(query)[: proportions.total(real, world.catalogue.size)]
    return _list(world, request, rows, dates=dates)


def now_playing(world: World, request: Request) -> Answer:
    """Answer /movie/now_playing: what came out in the six weeks before the next Wednesday."""
    wednesday = next_wednesday(request.at)
    return _between(world, request, wednesday - dt.timedelta(days=42), wednesday, proportions.NOW_PLAYING)


def upcoming(world: World, request: Request) -> Answer:
    """Answer /movie/upcoming: what comes out in the three weeks after the next Wednesday."""
    wednesday = next_wednesday(request.at)
    return _between(world, request, wednesday, wednesday + dt.timedelta(days=21), proportions.UPCOMING)


def _trending_rows(world: World, request: Request) -> Rows:
    """Return at most 10,000 rows in the mood of the day or week: not by popularity, and with drift anew each day."""
    rows = world.discovery.rows(POPULAR)[:TRENDING_RESULTS]
    window = request.path.rpartition("/")[2]
    day = int(request.at // DAY) if request.drift else 0
    mood = world.catalogue.draws.over(f"trending {window} {day}", rows.astype(np.uint64))
    places = np.arange(len(rows), dtype=np.uint64)
    return rows[np.argsort(mood % (places + np.uint64(64)), kind="stable")]


def _trending(world: World, request: Request, rows: Rows, item: Callable[[Catalogue, int, str], Json]) -> Answer:
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    # The total was the same in every recording, so none of its pages is shorter than it says.
    shown, _ = drift.page(rows, page, PAGE_SIZE, request.drift, shrinking=False)
    results = [item(world.catalogue, row, request.language) for row in shown.tolist()]
    return found(envelope(page, results, len(rows)), TRENDING_TTL)


def trending(world: World, request: Request) -> Answer:
    """Answer /trending/movie/{day|week}."""
    return _trending(world, request, _trending_rows(world, request), movies.trending_item)


def trending_all(world: World, request: Request) -> Answer:
    """Answer /trending/all/{day|week}: every fourth or so is a series."""
    return _trending(world, request, _trending_rows(world, request), series.or_movie_item)


def trending_series(world: World, request: Request) -> Answer:
    """Answer /trending/tv/{day|week}: the series of trending_all, in their order there."""
    rows = _trending_rows(world, request)
    return _trending(world, request, rows[series.are(world.catalogue, rows)], series.item)
