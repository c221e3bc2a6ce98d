"""Which movies a query of /discover/movie means, and in what order.

Unknown parameters, empty values and an invalid `sort_by` are ignored, as TMDB ignores them.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.production import revenue
from fake_tmdb.catalogue.facts.titles import original_title
from fake_tmdb.catalogue.queries.filters import FILTERS, PARTNERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask, Rows

SORTS = ("original_title", "popularity", "primary_release_date", "revenue", "title", "vote_average", "vote_count")

# The lists that are discover queries under another name.
POPULAR: dict[str, str] = {}
TOP_RATED = {"sort_by": "vote_average.desc", "without_genres": "99,10755", "vote_count.gte": "200"}

_KEPT_RESULTS = 64


class Discovery:
    """Runs queries over one catalogue. A result is an array of rows, best first; the newest results are kept."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._results: dict[tuple[tuple[str, str], ...], Rows] = {}
        self._orders: dict[tuple[str, bool], Rows] = {}

    def rows(self, query: Mapping[str, str]) -> Rows:
        """Return the rows that match the query parameters of /discover/movie."""
        known = {name: value for name, value in query.items() if value and (name in FILTERS or name in PARTNERS)}
        key = tuple(sorted(known.items()))
        found = self._results.get(key)
        if found is None:
            found = self._sorted(self._mask(known), known.get("sort_by", ""))
            if len(self._results) >= _KEPT_RESULTS:
                del self._results[next(iter(self._results))]
            self._results[key] = found
        return found

    def _mask(self, query: Mapping[str, str]) -> Mask:
        mask: Mask = self.catalogue.present.copy()
        if query.get("include_adult", "").lower() != "true":
            mask &= ~self.catalogue.hidden
        if query.get("include_video", "").lower() != "true":
            mask &= ~self.catalogue.video
        for name, value in query.items():
            passing = FILTERS[name](self.catalogue, value, query) if name in FILTERS else None
            if passing is not None:
                mask &= passing
        return mask

    def _sorted(self, mask: Mask, sort_by: str) -> Rows:
        field, _, direction = sort_by.partition(".")
        if field not in SORTS or direction not in {"asc", "desc"}:
            field, direction = "popularity", "desc"
        descending = direction == "desc"
        if field == "popularity":
            rows = self.catalogue.ranked(mask)
            return rows if descending else rows[::-1]
        if field in {"title", "original_title"}:  # both mean the original title, in code-point order
            ordered = sorted(
                np.flatnonzero(mask).tolist(), key=partial(original_title, self.catalogue), reverse=descending
            )
            return np.array(ordered, dtype=np.int64)
        order = self._order(field, descending=descending)
        return order[mask[order]]

    def _order(self, field: str, *, descending: bool) -> Rows:
        """Return all rows in the order of a numeric column; ties by popularity, movies without a date last."""
        if (field, descending) not in self._orders:
            catalogue = self.catalogue
            if field == "vote_average":
                # The index knows hundredths only: that is why 8.5 may stand before 8.503.
                key = catalogue.vote_average.astype(np.int64) // 10
            elif field == "vote_count":
                key = catalogue.votes.astype(np.int64)
            elif field == "revenue":
                key = revenue.column(catalogue).astype(np.int64)
            else:
                key = catalogue.day.astype(np.int64)
            if descending:
                key = -key
            if field == "primary_release_date":
                key[catalogue.day == NO_DATE] = np.iinfo(np.int64).max
            self._orders[field, descending] = catalogue.ranked_by(key)
        return self._orders[field, descending]
