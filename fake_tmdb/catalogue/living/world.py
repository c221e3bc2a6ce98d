"""The repositories of a world that lives, one for each day; those used last are kept."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from fake_tmdb.catalogue.living.day import DayCatalogue
from fake_tmdb.catalogue.living.process import Process
from fake_tmdb.catalogue.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_tmdb.catalogue.catalogue import Catalogue, Mask, Rows
    from fake_tmdb.catalogue.living.parameters import Living

_KEPT_DAYS = 4
_WINDOWS = {"day": 1, "week": 7}  # over how many days trending looks


class World(Repository):
    """The catalogue with the process that moves it; `on` gives the repository of a day."""

    def __init__(self, catalogue: Catalogue, living: Living) -> None:
        super().__init__(catalogue)
        self.process = Process(catalogue, living)
        self._days = lru_cache(maxsize=_KEPT_DAYS)(self._day)

    def _day(self, day: int) -> DayRepository:
        return DayRepository(self, day)

    def on(self, day: int) -> DayRepository:
        """Return the repository of a day in days since 1970."""
        return self._days(day)


class DayRepository(Repository):
    """The movies of one day, with the queries over them."""

    def __init__(self, world: World, today: int) -> None:
        super().__init__(DayCatalogue(world.process, today))
        self._world = world
        self._today = today

    def on(self, day: int) -> Repository:
        """Return the repository of another day."""
        return self._world.on(day)

    def titles(self) -> Iterable[tuple[int, str]]:
        """What search looks through, the most popular of the day first: rows, each with its titles."""
        known = dict(self._world.titles())
        rows = self.catalogue.ranked(self.catalogue.present).tolist()
        return ((row, known[row]) for row in rows if row in known)

    def changed(self, day: int) -> Mask:
        """Return which movies changed on a day, among them those that came, went or took another one in.

        Nothing is told of days to come.
        """
        if day > self._today:
            return np.zeros(self.catalogue.size, dtype=bool)
        spans = self._world.process.spans
        mask = super().changed(day) & spans.exist(day)
        mask |= (spans.added == day) | (spans.gone == day)
        mask[spans.into[(spans.gone == day) & (spans.into >= 0)]] = True
        return mask

    def has_changed(self, row: int, day: int) -> bool:
        """Return whether a movie changed on a day."""
        return bool(self.changed(day)[row])

    def is_gone(self, row: int, *, is_past: bool) -> bool:  # noqa: ARG002 - what is gone is gone at once
        """Return whether a movie that changed is there no more."""
        return not self.catalogue.is_present(row)

    def in_trend(self, rows: Rows, window: str, day: int) -> Rows:  # noqa: ARG002 - a day has but one mood
        """Return rows by how much more popular they are than a day, or a week, ago; those that do not move last."""
        shocks = self._world.process.shocks
        rise = np.zeros(self.catalogue.size, dtype=np.int64)
        rise[: shocks.count] = shocks.z(self._today) - shocks.z(self._today - _WINDOWS[window])
        return np.asarray(rows[np.argsort(-rise[rows], kind="stable")])
