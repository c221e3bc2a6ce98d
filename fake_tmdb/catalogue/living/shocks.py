"""What pushes popularity each day, and what remains of it: z, a moving average of hashed shocks.

`z(day) = sum over k < 60 of rho^k sigma shock(day - k)`, so any day can be had without the days before. Shocks are
whole numbers, and so are the weights: their sum is exact in float64 in whatever order it is taken, on every machine.
"""

from __future__ import annotations

import math
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.facts.genres import genre_bits
from fake_tmdb.catalogue.reference.genres import GENRE_IDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.living.parameters import Living

    Fixed = NDArray[np.int64]

UNIT_BITS = 20  # logarithms are whole multiples of 2**-20
REMEMBERED = 60  # days; of an older shock less than 1.3 % is left
_WEIGHT_BITS = 32
_LANES = np.uint64(0x00FF00FF00FF00FF)
_SUM = np.uint64(0x0001000100010001)
_MIDDLE = 8 * 255 // 2
_DEVIATION = math.sqrt(8 * (256**2 - 1) / 12)  # of the sum of eight bytes


def shocks(draws: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Return the sum of the eight bytes of each draw, less its mean: nearly normal, whole numbers, deviation 209."""
    pairs = (draws & _LANES) + ((draws >> np.uint64(8)) & _LANES)
    return ((pairs * _SUM) >> np.uint64(48)).astype(np.float64) - _MIDDLE


class Shocks:
    """z of the movies that move, on any day."""

    def __init__(self, catalogue: Catalogue, living: Living) -> None:
        self._catalogue = catalogue
        self._living = living
        self.count = min(catalogue.size, living.moving)
        self._rows = np.arange(self.count, dtype=np.uint64)
        self._points = sorted(living.change_points, key=lambda point: point.number)
        self._groups = self._make_groups()
        self._columns = np.zeros((REMEMBERED, self.count))
        self._day_of_column: list[int | None] = [None] * REMEMBERED
        self._lock = Lock()  # a server and a test may ask at once

    def _make_groups(self) -> list[tuple[tuple[bool, ...], NDArray[np.int64] | None]]:
        """Return which change points concern which rows: None where they concern all alike."""
        if not any(point.genre is not None for point in self._points):
            return [((True,) * len(self._points), None)]
        bits = genre_bits.column(self._catalogue)[: self.count]
        code = np.zeros(self.count, dtype=np.int64)
        for place, point in enumerate(self._points):
            having = True if point.genre is None else bits & np.uint32(1 << GENRE_IDS.index(point.genre)) != 0
            code |= np.where(having, 1 << place, 0)
        return [
            (tuple(bool(met >> place & 1) for place in range(len(self._points))), np.flatnonzero(code == met))
            for met in np.unique(code).tolist()
        ]

    def regime(self, day: int, concerned: tuple[bool, ...]) -> tuple[float, float]:
        """Return rho and sigma on a day, where these change points count."""
        rho, sigma = self._living.rho, self._living.sigma
        for point, counts in zip(self._points, concerned, strict=True):
            if counts and point.number <= day:
                rho = rho if point.rho is None else point.rho
                sigma = sigma if point.sigma is None else point.sigma
        return rho, sigma

    def by_group(self, day: int) -> list[tuple[float, float, NDArray[np.int64] | None]]:
        """Return rho and sigma on a day with the rows for which they hold; None for all."""
        return [(*self.regime(day, concerned), rows) for concerned, rows in self._groups]

    def _weights(self, day: int, concerned: tuple[bool, ...]) -> list[int]:
        """Return what a shock of today counts, one of yesterday, and so on."""
        left, weights = 1.0, []
        for age in range(REMEMBERED):
            rho, sigma = self.regime(day - age, concerned)
            weights.append(round(left * sigma / _DEVIATION * 2**_WEIGHT_BITS))
            left *= rho
        return weights

    def z(self, day: int) -> Fixed:
        """Return z of each movie that moves, in units of 2**-UNIT_BITS."""
        with self._lock:
            slots = [self._slot(day - age) for age in range(REMEMBERED)]
            total = np.zeros(self.count)
            for concerned, rows in self._groups:
                weights = np.zeros(REMEMBERED)
                weights[slots] = self._weights(day, concerned)
                # Not by BLAS, whose threads would take longer to wake than to work.
                some = np.einsum("k,kn->n", weights, self._columns)
                if rows is None:
                    total = some
                else:
                    total[rows] = some[rows]
        return total.astype(np.int64) >> (_WEIGHT_BITS - UNIT_BITS)

    def _slot(self, day: int) -> int:
        """Return the column that holds the shocks of a day, filled."""
        slot = day % REMEMBERED
        if self._day_of_column[slot] != day:
            self._columns[slot] = shocks(self._catalogue.draws.over(f"shock {day}", self._rows))
            self._day_of_column[slot] = day
        return slot
