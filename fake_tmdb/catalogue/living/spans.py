"""From when to when each movie is in the catalogue, and into which it was merged. Whole days since 1970."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask
    from fake_tmdb.catalogue.living.parameters import Living

FIRST_DAY = 20_270  # 2025-07-01: before it nothing comes or goes
LAST_DAY = 21_000  # 2027-07-01: nor after it
ALWAYS = -(2**31)  # was added before anybody looked
NEVER = 2**31 - 1  # goes
_LEAST_STAY = 20  # days
_PARTS = 1_000_000


class Event(NamedTuple):
    """A movie that comes or goes on a day: `kind` is added, deleted or merged, `into` the id of the one that stays."""

    kind: str
    movie_id: int
    into: int | None = None


class Spans:
    """Since when and until when each movie exists: it does on a day where `added <= day < gone`."""

    def __init__(self, catalogue: Catalogue, living: Living) -> None:
        self._catalogue = catalogue
        self.added = self._make_added(living)
        self.gone = self._make_gone(living)
        self.into = self._make_into(living)

    def exist(self, day: int) -> Mask:
        """Return which movies exist on a day."""
        return np.asarray((self.added <= day) & (day < self.gone))

    def events(self, day: int) -> list[Event]:
        """Return what comes and goes on a day, in the order of rows."""
        ids = self._catalogue.ids
        come = [Event("added", int(ids[row])) for row in np.flatnonzero(self.added == day)]
        left = []
        for row in np.flatnonzero(self.gone == day):
            into = int(self.into[row])
            left.append(Event("deleted", int(ids[row])) if into < 0 else Event("merged", int(ids[row]), int(ids[into])))
        return come + left

    def _make_added(self, living: Living) -> NDArray[np.int64]:
        """The highest ids are added one after the other; well-known movies have always been there."""
        size, days = self._catalogue.size, LAST_DAY - FIRST_DAY
        late = int(size * living.added)
        by_position = np.full(size, ALWAYS, dtype=np.int64)
        by_position[size - late :] = FIRST_DAY + np.arange(late, dtype=np.int64) * days // max(late, 1)
        added = np.empty(size, dtype=np.int64)
        added[self._catalogue.rows_by_id] = by_position
        added[list(self._catalogue.well_known)] = ALWAYS
        return added

    def _make_gone(self, living: Living) -> NDArray[np.int64]:
        """A movie stays for three weeks at least, and well-known ones for ever."""
        draw = self._catalogue.draw("gone")
        leaves = (draw % np.uint64(_PARTS)).astype(np.int64) < round(living.gone * _PARTS)
        leaves[list(self._catalogue.well_known)] = False
        when = FIRST_DAY + (draw >> np.uint64(24)).astype(np.int64) % (LAST_DAY - FIRST_DAY)
        when = np.maximum(when, self.added + _LEAST_STAY)
        return np.where(leaves & (when < LAST_DAY), when, NEVER)

    def _make_into(self, living: Living) -> NDArray[np.int64]:
        """Each movie that is merged, into one of those near it that were always there and stay; -1 for the others."""
        draw = self._catalogue.draw("merged")
        staying = np.flatnonzero((self.added == ALWAYS) & (self.gone == NEVER))
        merged = (self.gone != NEVER) & ((draw % np.uint64(_PARTS)).astype(np.int64) < round(living.merged * _PARTS))
        if not staying.size:
            return np.full(self._catalogue.size, -1, dtype=np.int64)
        place = (
            np.searchsorted(staying, np.arange(self._catalogue.size)) + (draw >> np.uint64(32)).astype(np.int64) % 50
        )
        return np.where(merged, staying[place % staying.size], -1)
