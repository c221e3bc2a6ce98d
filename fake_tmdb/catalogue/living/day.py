"""The catalogue as it is on one day: the same rows, of which some do not exist, with that day's numbers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.catalogue import Catalogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Mask, Rows
    from fake_tmdb.catalogue.living.process import Process

_ROW_BITS, _POPULARITY_BITS = 23, 39  # of the largest catalogue, and of exp(8) times the highest level
_OF_A_DAY = ("popularity", "votes", "vote_average", "present")


class DayCatalogue(Catalogue):
    """What `Catalogue` is, on a day in days since 1970. What does not change is shared with the standing catalogue."""

    def __init__(self, process: Process, today: int) -> None:
        self.__dict__.update(
            (name, value) for name, value in process.catalogue.__dict__.items() if name not in _OF_A_DAY
        )
        self._process = process
        self.today = today

    @property
    def released_until(self) -> int:
        """The last day on which what is dated so is out: this one."""
        return self.today

    @cached_property
    def present(self) -> Mask:
        """True for the movies that exist on the day."""
        return self._process.spans.exist(self.today)

    def is_present(self, row: int) -> bool:
        """Return whether there is a movie in a row on the day."""
        return super().is_present(row) and bool(self.present[row])

    def row_of(self, movie_id: int) -> int | None:
        """Return the row of a movie id, or None where no movie has it on the day."""
        row = super().row_of(movie_id)
        return row if row is not None and self.present[row] else None

    @cached_property
    def _latest_row(self) -> int:
        newest_first = self.rows_by_id[::-1]
        return int(newest_first[np.argmax(self.present[newest_first])])

    @property
    def latest_row(self) -> int:
        """The row of the movie with the highest id that exists on the day."""
        return self._latest_row

    @cached_property
    def popularity(self) -> NDArray[np.int64]:
        """The popularity shown on the day, in ten-thousandths."""
        return self._process.popularity(self.today)

    @cached_property
    def votes(self) -> NDArray[np.int32]:
        """Vote counts on the day."""
        return self._process.votes(self.today)

    @cached_property
    def vote_average(self) -> NDArray[np.int32]:
        """Vote averages on the day, in thousandths."""
        return self._process.vote_average(self.votes)

    @cached_property
    def _order(self) -> Rows:
        """All rows, the most popular of the day first."""
        # The place of ties is part of the number that is sorted by, which is faster than a stable argsort.
        falling = ((1 << _POPULARITY_BITS) - self.popularity) << _ROW_BITS | np.arange(self.size)
        return np.asarray(np.sort(falling) & ((1 << _ROW_BITS) - 1))

    def ranked(self, mask: Mask) -> Rows:
        """Return the rows of a mask that exist on the day, the most popular first."""
        return self._order[(mask & self.present)[self._order]]

    def ranked_by(self, key: NDArray[np.int64]) -> Rows:
        """Return all rows in the order of a key; equal ones by their popularity on the day."""
        return self._order[np.argsort(key[self._order], kind="stable")]
