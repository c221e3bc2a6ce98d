"""The index of invented movies: one numpy column per fact that a list is filtered or sorted by.

Rows lie in order of popularity, so row 0 is the most popular movie. Numbers are integers: dates are days since
1970-01-01, votes average is in thousandths, popularity in ten-thousandths. Texts and details are not kept; they are
made from the row when asked for (see `movies`).
"""

# ruff: noqa: PLR2004 - shares are drawn as `draw % 200 < 7`, and the docstring says which share that is
from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from fake_tmdb.catalogue.dates import NO_DATE
from fake_tmdb.catalogue.defaults import DEFAULT_MOVIES, DEFAULT_SEED
from fake_tmdb.catalogue.draws import Draws
from fake_tmdb.catalogue.proportions import well_voted
from fake_tmdb.catalogue.reference.languages import LANGUAGE_CODES, ORIGINAL_LANGUAGES
from fake_tmdb.catalogue.well_known import WELL_KNOWN_IDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Mask = NDArray[np.bool_]

LAST_DAY = 21_000  # 2027-07-01: the newest release in the catalogue
# Movies dated later are not yet out: one in eight of them has a few votes already, from festivals, and the others none.
# The day is fixed, so that nothing depends on the clock.
RELEASED_UNTIL = 20_788  # 2026-12-01
EARLY_VOTES_ONE_IN = 8
SLIPS_ONE_IN = 30
SPAN_DAYS = 65 * 365
HIGHEST_ID = 1_700_000
_KEPT_COLUMNS = 32

_LANGUAGE_OF_PERMILLE = np.repeat(np.arange(len(LANGUAGE_CODES)), [weight for _, weight, _ in ORIGINAL_LANGUAGES])


class Drawn(Protocol):
    """A fact whose columns are made when a query needs them, see `fake_tmdb.catalogue.facts`."""

    def make(self, catalogue: Catalogue, *arguments: Any) -> Any:
        """Return its columns."""


class Catalogue:
    """An immutable set of invented movies, equal for equal `seed` and `movies` on every machine.

    `movies` is the number of rows, at least 1. Raises ValueError below that or above the range of ids.
    """

    def __init__(self, *, seed: int = DEFAULT_SEED, movies: int = DEFAULT_MOVIES) -> None:
        if not 1 <= movies <= 5_000_000:
            raise ValueError(f"A catalogue holds 1 to 5,000,000 movies, not {movies}.")
        self.seed = seed
        self.size = movies
        self.draws = Draws(seed)
        self.kept = lru_cache(maxsize=_KEPT_COLUMNS)(self._make)
        self._numbers: NDArray[np.uint64] = np.arange(movies, dtype=np.uint64)
        self._sorted_ids, self.rows_by_id = self._make_ids()
        self.ids: NDArray[np.int64] = np.empty(movies, dtype=np.int64)
        self.ids[self.rows_by_id] = self._sorted_ids

    def draw(self, column: str) -> NDArray[np.uint64]:
        """Return the random column of that name, one uint64 a row; not kept."""
        return self.draws.over(column, self._numbers)

    def _make(self, drawn: Drawn, *arguments: Any) -> Any:
        """Return the columns of a fact; `kept` does so and keeps those that were used last."""
        return drawn.make(self, *arguments)

    def _make_ids(self) -> tuple[NDArray[np.int64], Rows]:
        """Return the ids in ascending order, and the row that each belongs to."""
        mean_gap = max(HIGHEST_ID // self.size, 1)
        if mean_gap == 1:
            ids = np.arange(1, self.size + 1, dtype=np.int64)
        else:
            ids = np.cumsum(1 + (self.draw("id gap") % np.uint64(2 * mean_gap - 1)).astype(np.int64))
        for known in list(WELL_KNOWN_IDS)[: self.size]:
            position = min(int(np.searchsorted(ids, known)), self.size - 1)
            ids[position] = known
        ids.sort()
        rows = np.argsort(self.draw("id order"), kind="stable")
        # What was added last is known by nobody yet: the highest id goes to the last row.
        rows[rows == self.size - 1] = rows[-1]
        rows[-1] = self.size - 1
        return ids, rows

    def row_of(self, movie_id: int) -> int | None:
        """Return the row of a movie id, or None where no movie has it."""
        position = int(np.searchsorted(self._sorted_ids, movie_id))
        if position < self.size and self._sorted_ids[position] == movie_id:
            return int(self.rows_by_id[position])
        return None

    def prepare(self) -> None:
        """Make the columns that lists need now, rather than during the first requests."""
        for name in ("hidden", "video", "language", "day", "popularity", "votes", "vote_average"):
            getattr(self, name)

    @property
    def latest_row(self) -> int:
        """The row of the movie with the highest id: the one added last, with everything still to come."""
        return self.size - 1

    def is_fresh(self, row: int) -> bool:
        """Return whether a movie was only just added: it has no IMDb id, no image and no vote."""
        return row == self.latest_row and row not in self.well_known

    @property
    def released_until(self) -> int:
        """The last day on which what is dated so is out."""
        return RELEASED_UNTIL

    @cached_property
    def present(self) -> Mask:
        """True for the movies that exist: here all of them."""
        return np.ones(self.size, dtype=bool)

    def is_present(self, row: int) -> bool:
        """Return whether there is a movie in a row."""
        return 0 <= row < self.size

    def ranked(self, mask: Mask) -> Rows:
        """Return the rows of a mask, the most popular first."""
        return np.flatnonzero(mask)

    def ranked_by(self, key: NDArray[np.int64]) -> Rows:
        """Return all rows in the order of a key, and equal ones in that of popularity."""
        return np.argsort(key, kind="stable")

    @cached_property
    def well_known(self) -> frozenset[int]:
        """The rows of WELL_KNOWN_IDS: complete movies, without the gaps that others have."""
        return frozenset(row for known in WELL_KNOWN_IDS if (row := self.row_of(known)) is not None)

    def _unless_well_known(self, mask: Mask) -> Mask:
        mask[list(self.well_known)] = False
        return mask

    @cached_property
    def adult(self) -> Mask:
        """True for the 3 % of movies that are for adults only."""
        return self._unless_well_known(self.draw("adult") % np.uint64(100) < 3)

    @cached_property
    def video(self) -> Mask:
        """True for the 3.5 % that are recordings rather than movies."""
        return self._unless_well_known(self.draw("video") % np.uint64(200) < 7)

    @cached_property
    def softcore(self) -> Mask:
        """True for 1 %."""
        return self._unless_well_known(self.draw("softcore") % np.uint64(100) < 1)

    @cached_property
    def hidden(self) -> Mask:
        """True for what lists leave out unless they are asked for it: adult and softcore, but for one in 30 of them.

        Those slip through, as people report: the lists are older than the documents, which were marked later.
        """
        return np.asarray((self.adult | self.softcore) & (self.draw("slips through") % np.uint64(SLIPS_ONE_IN) != 0))

    @cached_property
    def language(self) -> NDArray[np.int8]:
        """The position of the original language in LANGUAGE_CODES."""
        return np.asarray(_LANGUAGE_OF_PERMILLE[self.draw("language") % np.uint64(1000)], dtype=np.int8)

    @cached_property
    def day(self) -> NDArray[np.int32]:
        """The primary release date in days since 1970; NO_DATE for the 0.5 % without one. Newer years hold more."""
        draw = self.draw("day")
        share = (draw & np.uint64(0xFFFFF)).astype(np.int64)
        age = ((share * share >> 20) * SPAN_DAYS) >> 20
        # Half of the popular fifth are of the last four years, as people expect of a list of popular movies.
        recent = (self._numbers < np.uint64(self.size // 5 + 1)) & (draw >> np.uint64(63) == 0)
        age = np.where(recent, age >> 4, age)
        missing = self._unless_well_known((draw >> np.uint64(32)) % np.uint64(200) == 0)
        return np.where(missing, NO_DATE, LAST_DAY - age).astype(np.int32)

    @cached_property
    def popularity(self) -> NDArray[np.int64]:
        """The popularity shown, in ten-thousandths: falls with the row as 1/(row + 9), wavers by 2 %, and ends at 0.

        The order of a list is older than the documents in it, so neighbours need not be strictly sorted.
        """
        rows = np.arange(self.size, dtype=np.int64)
        level = 7_103_831 * 9 // (rows + 9)
        waver = (self.draw("popularity") % np.uint64(401)).astype(np.int64) - 200
        shown = level + level * waver // 10_000
        shown[int(self.size * 0.995) :] = 0
        return shown

    @cached_property
    def votes(self) -> NDArray[np.int32]:
        """Vote counts: `final_votes` of what is out; few or none of what is not."""
        early = np.where(self.draw("early votes") % np.uint64(EARLY_VOTES_ONE_IN) == 0, self.final_votes % 40, 0)
        return np.where(self.day > RELEASED_UNTIL, early, self.final_votes).astype(np.int32)

    @cached_property
    def final_votes(self) -> NDArray[np.int32]:
        """Vote counts once all is out: 40,000 for the best known, at least 200 for `well_voted`.

        A tenth of the others have none.
        """
        rank = np.argsort(np.argsort(self._fame, kind="stable"), kind="stable")
        last = well_voted(self.size)
        offset = last // 199  # the count falls from 200 times 200 to 200
        counts = 200 * (last + offset) // (rank + offset)
        none = (rank > last) & (self.draw("no votes") % np.uint64(10) == 0)
        none[self.latest_row] |= self.is_fresh(self.latest_row)
        return np.where(none, 0, counts).astype(np.int32)

    @property
    def _fame(self) -> NDArray[np.int64]:
        """A key that follows popularity loosely, so that famous old movies are not all popular today."""
        waver = (self.draw("fame") % np.uint64(1000)).astype(np.int64)
        return (np.arange(self.size, dtype=np.int64) + 50) * (500 + waver)

    @cached_property
    def vote_average(self) -> NDArray[np.int32]:
        """Vote averages in thousandths, 0..10000; 0 without votes. Few votes give round and extreme numbers."""
        return self._averages(self.votes)

    @cached_property
    def final_average(self) -> NDArray[np.int32]:
        """Vote averages once all is out."""
        return self._averages(self.final_votes)

    def _averages(self, votes: NDArray[np.int32]) -> NDArray[np.int32]:
        draw = self.draw("vote average")
        parts = sum(((draw >> np.uint64(shift)) & np.uint64(0xFFF)).astype(np.int64) for shift in (0, 12, 24, 36))
        bell = 3_300 + (parts * 6_600) // (4 * 0xFFF)
        wide = (draw >> np.uint64(48)).astype(np.int64) % 21 * 500
        few = (votes < 5) | (votes < 60) & (draw >> np.uint64(62) == 0)
        average = np.where(few, wide, bell)
        return np.where(votes == 0, 0, average).astype(np.int32)
