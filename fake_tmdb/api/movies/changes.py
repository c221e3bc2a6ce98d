"""Which movies changed when: every day, half a percent of the catalogue."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.api.endpoint import endpoint
from fake_tmdb.api.movies.parts import PARTS
from fake_tmdb.api.paging import envelope, on_page
from fake_tmdb.api.responses import SHORT_LIFETIME, failure, found
from fake_tmdb.api.statuses import INVALID_DATE, INVALID_PAGE, RANGE_TOO_LONG
from fake_tmdb.catalogue.dates import SECONDS_A_DAY, day_number, day_of
from fake_tmdb.catalogue.facts.external_ids import credit_id
from fake_tmdb.catalogue.facts.production import runtime

if TYPE_CHECKING:
    from fake_tmdb.api.paging import Json
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Response
    from fake_tmdb.catalogue.catalogue import Mask
    from fake_tmdb.catalogue.repository import Repository

LONGEST_WINDOW = 14  # days
ON_A_PAGE = 100
PAST_LIFETIME = SECONDS_A_DAY
_PARAMETERS = {"start_date": None, "end_date": None}


def window(request: Request) -> tuple[int, int] | int:
    """Return the first and last day asked for, in days since 1970, or the status code that refuses them.

    Without dates it is the last 24 hours; with a start only, the fourteen days from it; with an end only, the day
    before it. A date with a trailing time counts as its day.
    """
    today = day_of(request.at)
    start, end = (request.parameters.get(name) for name in ("start_date", "end_date"))
    first, last = (day_number(text) if text else None for text in (start, end))
    if (start and first is None) or (end and last is None):
        return INVALID_DATE
    if last is None:
        last = today if first is None else min(first + LONGEST_WINDOW, max(today, first))
    if first is None:
        first = last - 1
    if last - first > LONGEST_WINDOW:
        return RANGE_TOO_LONG
    return first, last


@endpoint("/movie/changes", "/person/changes", "/tv/changes", parameters=_PARAMETERS)
def movie_changes(repository: Repository, request: Request) -> Response:
    """The ids of what changed, 100 to a page; those of movies for persons and series too, which clients ask for."""
    page = request.page
    if page is None:
        return failure(INVALID_PAGE)
    days = window(request)
    if isinstance(days, int):
        return failure(days)
    catalogue = repository.catalogue
    mask: Mask = np.zeros(catalogue.size, dtype=bool)
    for day in range(*days):
        mask |= repository.changed(day)
    rows = np.flatnonzero(mask).tolist()
    is_past = days[1] < day_of(request.at)
    results = []
    for row in on_page(rows, page, ON_A_PAGE):
        gone = repository.is_gone(row, is_past=is_past)
        results.append(
            {
                "id": int(catalogue.ids[row]),
                "adult": None if gone else bool(catalogue.adult[row]),
                "softcore": None if gone else bool(catalogue.softcore[row]),
            }
        )
    document = envelope(page, results, len(rows), size=ON_A_PAGE)
    return found({"results": document.pop("results"), **document}, PAST_LIFETIME if is_past else SHORT_LIFETIME)


@PARTS.part("changes", parameters=_PARAMETERS)
def changes_of(repository: Repository, row: int, request: Request) -> Json:
    """What changed in the window asked for: the length, on the days on which the movie changed."""
    catalogue, days = repository.catalogue, window(request)
    items = [
        {
            "id": credit_id(catalogue, f"change {day}", row),
            "action": "updated",
            "time": _half_past_nine(day),
            "iso_639_1": "",
            "iso_3166_1": "",
            "value": runtime.of(catalogue, row),
            "original_value": 0,
        }
        for day in (() if isinstance(days, int) else range(*days))
        if repository.has_changed(row, day)
    ]
    return {"changes": [{"key": "runtime", "items": items}] if items else []}


def _half_past_nine(day: int) -> str:
    moment = dt.datetime(1970, 1, 1, 9, 30, tzinfo=dt.UTC) + dt.timedelta(days=day)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
