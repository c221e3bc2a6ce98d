"""The numbers of a day, each at random access: popularity here, votes by `voting`."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.facts.genres import genres
from fake_tmdb.catalogue.living.curves import around, at_age, exponential, fixed
from fake_tmdb.catalogue.living.shocks import Shocks
from fake_tmdb.catalogue.living.spans import ALWAYS, Spans
from fake_tmdb.catalogue.living.voting import Voting
from fake_tmdb.catalogue.reference.genres import GENRE_IDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue
    from fake_tmdb.catalogue.living.parameters import Living

    Fixed = NDArray[np.int64]

#: Genres that people watch together at the weekend: action, adventure, animation, comedy, family, horror.
TOGETHER = (28, 12, 16, 35, 10751, 27)
_BY_WEEKDAY = (0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 0.75)  # of what the weekend adds, from Monday


class Process:
    """Popularity, votes and averages as functions of the day (whole days since 1970, UTC), in the catalogue's units."""

    def __init__(self, catalogue: Catalogue, living: Living) -> None:
        self.catalogue = catalogue
        self.living = living
        self.spans = Spans(catalogue, living)
        self.shocks = Shocks(catalogue, living)
        self.moving = slice(0, self.shocks.count)
        self._level = catalogue.popularity[self.moving].astype(np.float64)
        self._release = catalogue.day[self.moving].astype(np.int64)
        self._dated = self._release != NO_DATE
        self._added = self.spans.added[self.moving]
        self._new = np.flatnonzero(self._added != ALWAYS)
        places = [1 + GENRE_IDS.index(genre) for genre in TOGETHER]
        self._together = np.isin(genres.columns(catalogue)[0][self.moving], places)

    def expected(self, day: int) -> Fixed:
        """Return what is added to the logarithm of each moving movie's level but z, in units of 2**-UNIT_BITS."""
        living = self.living
        added = np.where(self._dated, at_age(around(living.bump, living.rise, living.decay), day - self._release), 0)
        weekend = _BY_WEEKDAY[(dt.date(1970, 1, 1) + dt.timedelta(days=day)).weekday()] * living.weekend
        if weekend:
            added += self._together * fixed(weekend)
        age = np.maximum(day - self._added[self._new], 0)
        added[self._new] -= at_age(around(living.entry, living.rise, living.rise), age)
        return added

    def moved(self, logarithm: Fixed) -> NDArray[np.int64]:
        """Return the popularity, in ten-thousandths, of movies that move by so much around their level."""
        return (self._level * exponential(logarithm)).astype(np.int64)

    def popularity(self, day: int) -> NDArray[np.int64]:
        """Return the popularity shown on a day, in ten-thousandths."""
        shown = self.catalogue.popularity.copy()
        shown[self.moving] = self.moved(self.expected(day) + self.shocks.z(day))
        return shown

    @cached_property
    def _voting(self) -> Voting:
        return Voting(self.catalogue, self.spans.added)

    def votes(self, day: int) -> NDArray[np.int32]:
        """Return the vote counts on a day, which never fall from one day to the next."""
        return self._voting.votes(day)

    def vote_average(self, votes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the averages in thousandths with so many votes."""
        return self._voting.average(votes)
