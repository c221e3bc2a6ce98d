"""Page drift: the pages of one list are cached at different moments, so that the list shifts between them.

A version of a list moves each movie by a few places, and a few movies are not yet, or no longer, in it. Pages that come
from different versions then overlap and leave gaps, and their totals differ, as recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.draws import Draws

if TYPE_CHECKING:
    from fake_tmdb.catalogue.catalogue import Rows

PERIOD = 300  # seconds after which a list has a new version: shorter than any list is kept
REACH = 6  # the number of places that a movie may move
_MISSING = 40  # at most so many movies of the end of a list are missing from a version


def version(at: float) -> int:
    """Return the version of all lists at a time in seconds since 1970; never 0."""
    return int(at // PERIOD) + 1


def page(rows: Rows, number: int, size: int, moment: int, *, shrinking: bool = True) -> tuple[Rows, int]:
    """Return the rows on a page (from 1) of a version of a list, and the total. Version 0 is the list itself.

    Unless it is `shrinking`, every version has as many movies as the list.
    """
    first, last = (number - 1) * size, number * size
    if moment == 0:
        return rows[first:last], len(rows)
    total = len(rows)
    if shrinking:
        total -= int(Draws(moment).below("total", 0, min(_MISSING, len(rows) + 1)))
    # A movie at place p is sorted by p + 0..REACH, so only neighbours can change the page.
    start = max(first - 2 * REACH, 0)
    near = rows[start : last + 2 * REACH]
    moved = Draws(moment).over("place", near.astype(np.uint64)) % np.uint64(REACH + 1)
    order = np.argsort(np.arange(len(near)) + moved.astype(np.int64), kind="stable")
    # The list may end before this page begins; a negative end would be counted from the other side.
    return near[order][first - start : max(min(last, total), first) - start], total
