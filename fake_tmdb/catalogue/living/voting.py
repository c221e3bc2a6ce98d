"""Votes and averages of a day. Half of a movie's votes come soon after it, the others evenly until 2027-07-01."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.catalogue import EARLY_VOTES_ONE_IN
from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.living.curves import arrived, at_age
from fake_tmdb.catalogue.living.spans import ALWAYS, LAST_DAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fake_tmdb.catalogue.catalogue import Catalogue

    Fixed = NDArray[np.int64]

EARLY_DAYS = 60  # before the release, in which festivals bring the early votes
SOON = 45.0  # days, after which all but 1/e of the first half has come
SETTLING = 40  # votes, after which half of what an average was off is gone
OFF_BY = 801  # thousandths: an average is off by less than half of that at first
_VOTES_BITS = 20  # of the highest count


class Voting:
    """The votes of all movies as functions of the day. `added` is when each came into the catalogue."""

    def __init__(self, catalogue: Catalogue, added: Fixed) -> None:
        self._draws = catalogue.draws
        release = catalogue.day.astype(np.int64)
        #: When votes can begin: on the release, or when the movie was added where that is later.
        self._born = np.maximum(np.where(release == NO_DATE, ALWAYS, release), added)
        final = catalogue.final_votes.astype(np.int64)
        festival = (catalogue.draw("early votes") % np.uint64(EARLY_VOTES_ONE_IN) == 0) & (release - added > EARLY_DAYS)
        self._early_rows = np.flatnonzero(festival)
        self._early = (final % EARLY_DAYS)[self._early_rows]
        final[self._early_rows] -= self._early
        self._later = final / 2
        self._slope = 1 / np.maximum(LAST_DAY - self._born, 1)
        self._names = np.arange(catalogue.size, dtype=np.uint64) << np.uint64(_VOTES_BITS)
        self._average = catalogue.final_average.astype(np.int64)
        self._off = (catalogue.draw("average off") % np.uint64(OFF_BY)).astype(np.int64) - OFF_BY // 2

    def votes(self, day: int) -> NDArray[np.int32]:
        """Return the vote counts on a day, which never fall from one day to the next."""
        age = day - self._born
        soon = at_age(arrived(SOON), age)
        evenly = np.maximum(age * self._slope, 0.0)
        votes = self._whole(self._later * (soon + evenly if day < LAST_DAY else 2.0))
        early = np.clip(age[self._early_rows] + EARLY_DAYS, 0, EARLY_DAYS)
        votes[self._early_rows] += self._early * early // EARLY_DAYS
        return votes.astype(np.int32)

    def _whole(self, come: NDArray[np.float64]) -> Fixed:
        """Return whole votes: the nth comes at a hashed moment between those when n - 1 and n are due."""
        whole = come.astype(np.int64)
        drawn = self._draws.over("vote", self._names + whole.astype(np.uint64)) >> np.uint64(40)
        return np.asarray(whole + (drawn.astype(np.float64) < (come - whole) * 2.0**24))

    def average(self, votes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the averages in thousandths with so many votes; each nears its last one as the votes come."""
        average = self._average + self._off * SETTLING // (SETTLING + votes.astype(np.int64))
        return np.where(votes == 0, 0, np.clip(average, 500, 10_000)).astype(np.int32)
