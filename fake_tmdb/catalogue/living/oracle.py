"""The best possible prediction: what anybody can know of a list some days ahead who knows the process."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.living.curves import fixed
from fake_tmdb.catalogue.queries.discovery import POPULAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fake_tmdb.catalogue.living.spans import Event
    from fake_tmdb.catalogue.living.world import World

FUTURES = 400
_REACH = 8.0  # deviations: what lies farther below the last place has no chance, and no part in who gets it
LONGEST = 60  # days ahead
_UNIFORM_BITS = 53


class Oracle:
    """Answers from the process of a living world. Days are UTC days; a page of popular shows its own day."""

    def __init__(self, world: World) -> None:
        self._world = world

    def events(self, day: dt.date) -> list[Event]:
        """Return which movies come and go on a day."""
        return self._world.process.spans.events(_number(day))

    def deviation(self, day: dt.date, days: int) -> NDArray[np.float64]:
        """Return for each moving row the standard deviation of its logarithm some days after a day, given that day.

        `sigma * sqrt((1 - rho^2days) / (1 - rho^2))`: shocks of the future only, in the regime of the day.
        """
        shocks = self._world.process.shocks
        spread = np.zeros(shocks.count)
        for rho, sigma, rows in shocks.by_group(_number(day)):
            spread[slice(None) if rows is None else rows] = sigma * math.sqrt(sum(rho ** (2 * k) for k in range(days)))
        return spread

    def chance_in_top(
        self, movie_ids: Sequence[int], day: dt.date, *, top: int = 100, days: int = 7
    ) -> NDArray[np.float64]:
        """Return for each movie the chance that it is among the first `top` of /movie/popular `days` after a day.

        It is given all that has happened up to the day, the parameters of that day, and which movies will exist; only
        the shocks to come are open. Those of all competitors are drawn, FUTURES times, from a seed of their own; the
        movie's own is integrated. A movie that is not there, or not in that list, has the chance 0.

        Raises ValueError unless `top` is at least 1 and `days` is in 1..LONGEST.
        """
        if top < 1 or not 1 <= days <= LONGEST:
            raise ValueError(f"The chance is that of at least one place, 1 to {LONGEST} days ahead.")
        process, today = self._world.process, _number(day)
        then = self._world.on(today + days)
        mean = process.expected(today + days) + self._remaining(today, days)
        level = np.log(np.maximum(process.catalogue.popularity[process.moving], 1) / 10_000)
        expected = np.where(process.catalogue.popularity[process.moving] > 0, level + mean / float(fixed(1.0)), -np.inf)
        listed = np.zeros(process.catalogue.size, dtype=bool)
        listed[then.discovery.rows(POPULAR)] = True
        rows = np.flatnonzero(listed[process.moving])
        spread = self.deviation(day, days)
        rows = rows[np.argsort(-expected[rows], kind="stable")]
        last = expected[rows[min(top, len(rows)) - 1]]
        rows = rows[(expected + _REACH * spread.max())[rows] >= last]
        place: dict[int | None, int] = {row: number for number, row in enumerate(rows.tolist())}
        found = [place.get(process.catalogue.row_of(movie_id), -1) for movie_id in movie_ids]
        asked = np.array(found, dtype=np.int64)
        chances = np.zeros(len(asked))
        chances[asked >= 0] = self._chances(expected[rows], spread[rows], rows, asked[asked >= 0], top)
        return chances

    def _remaining(self, today: int, days: int) -> NDArray[np.float64]:
        """Return what will be left of today's z, in units of 2**-UNIT_BITS."""
        shocks = self._world.process.shocks
        z = shocks.z(today).astype(np.float64)
        for rho, _, rows in shocks.by_group(today):
            z[slice(None) if rows is None else rows] *= rho**days
        return z

    def _chances(
        self,
        expected: NDArray[np.float64],
        spread: NDArray[np.float64],
        rows: NDArray[np.int64],
        asked: NDArray[np.int64],
        top: int,
    ) -> NDArray[np.float64]:
        """Return the chances of those asked for, places in `rows`, which compete."""
        if len(rows) <= top:
            return np.ones(len(asked))
        total = np.zeros(len(asked))
        for future in range(FUTURES):
            come = expected + spread * self._normal(f"future {future}", rows)
            falling = np.sort(come)[::-1]
            # The last place that is left for a movie, by those who compete with it.
            bar = np.where(come[asked] >= falling[top - 1], falling[top], falling[top - 1])
            total += _above((bar - expected[asked]) / np.maximum(spread[asked], 1e-9))
        return total / FUTURES

    def _normal(self, name: str, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return a normal draw for each row (Box and Muller)."""
        draws = self._world.catalogue.draws
        first, second = (
            (draws.over(f"{name} {part}", rows.astype(np.uint64)) >> np.uint64(64 - _UNIFORM_BITS)).astype(np.float64)
            for part in ("radius", "angle")
        )
        radius = np.sqrt(-2 * np.log((first + 1) / 2**_UNIFORM_BITS))
        return np.asarray(radius * np.cos(2 * math.pi * second / 2**_UNIFORM_BITS))


def _number(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days


def _above(bar: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance that a normal number is above a bar."""
    return np.array([math.erfc(each / math.sqrt(2)) / 2 for each in bar.tolist()])
