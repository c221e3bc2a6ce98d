"""Which movies changed when: every day, half a percent of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.api.paging import INVALID_PAGE, envelope, page_number
from fake_tmdb.api.responses import failure, found
from fake_tmdb.catalogue.queries.filters import day_number

if TYPE_CHECKING:
    from fake_tmdb.api.request import Request
    from fake_tmdb.api.responses import Answer
    from fake_tmdb.catalogue.catalogue import Catalogue, Mask
    from fake_tmdb.catalogue.repository import World

DAY = 86_400
LONGEST_WINDOW = 14
CHANGED_ONE_IN = 200
DELETED_ONE_IN = 9  # of an old window: deleted since, so that adult and softcore are null
PAGE_SIZE = 100
TTL = 600
PAST_TTL = 86_400
RANGE_TOO_LONG = 20
INVALID_DATE = 23


def window(request: Request) -> tuple[int, int] | int:
    """Return the first and last day asked for, in days since 1970, or the status code that refuses them.

    Without dates it is the last 24 hours; with a start only, the fourteen days from it; with an end only, the day
    before it. A date with a trailing time counts as its day.
    """
    today = int(request.at // DAY)
    start, end = (request.query.get(name) for name in ("start_date", "end_date"))
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


def _changed(catalogue: Catalogue, day: int) -> Mask:
    changed = catalogue.draw(f"changed {day}") % np.uint64(CHANGED_ONE_IN) == 0
    changed[list(catalogue.well_known)] = True
    return np.asarray(changed)


def days_of(catalogue: Catalogue, row: int, days: tuple[int, int]) -> list[int]:
    """Return the days of a window on which one movie changed; well-known movies change every day."""
    return [
        day
        for day in range(*days)
        if row in catalogue.well_known or catalogue.draws.below(f"changed {day}", row, CHANGED_ONE_IN) == 0
    ]


def movie_changes(world: World, request: Request) -> Answer:
    """Answer /movie/changes, 100 to a page; the same for /tv/changes and /person/changes, which clients ask for."""
    page = page_number(request.query)
    if page is None:
        return failure(INVALID_PAGE)
    days = window(request)
    if isinstance(days, int):
        return failure(days)
    first, last = days
    catalogue = world.catalogue
    mask: Mask = np.zeros(catalogue.size, dtype=bool)
    for day in range(first, last):
        mask |= _changed(catalogue, day)
    rows = np.flatnonzero(mask)
    past = last < int(request.at // DAY)
    shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE].tolist()
    results = []
    for row in shown:
        deleted = past and catalogue.draws.below("deleted", row, DELETED_ONE_IN) == 0
        results.append(
            {
                "id": int(catalogue.ids[row]),
                "adult": None if deleted else bool(catalogue.adult[row]),
                "softcore": None if deleted else bool(catalogue.softcore[row]),
            }
        )
    document = envelope(page, results, len(rows), page_size=PAGE_SIZE)
    return found({"results": document.pop("results"), **document}, PAST_TTL if past else TTL)
