"""The panel: features of many days, and labels where they are known, as arrays."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdb_pipeline.features.definition import CHANGES, WINDOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Mask = NDArray[np.bool_]

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Panel:
    """Rows of the view ``movie_day`` by rising day and id, with those of ``popular_again`` beside them.

    Attributes:
        movie_id: of each row.
        day: in days since 1970, in Seoul.
        rank: place on the popular list, from 1; NaN if it is not on it.
        popularity: as TMDB says; NaN if unknown.
        change: less the popularity of ``CHANGES`` days before, a column each; NaN if not seen then.
        seen: days of the last ``WINDOW`` on which the movie was seen.
        age: days since the release; NaN if unknown.
        genres: the ids of each row's genres.
        label: 1 or 0; NaN where it is not known.
    """

    movie_id: Numbers
    day: Numbers
    rank: Floats
    popularity: Floats
    change: Floats
    seen: Floats
    age: Floats
    genres: NDArray[np.object_]
    label: Floats

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.day)

    def where(self, mask: Mask) -> Panel:
        """The rows of a mask."""
        return Panel(**{each.name: getattr(self, each.name)[mask] for each in fields(self)})

    @property
    def days(self) -> list[date]:
        """The days of which there are rows, rising."""
        return [day_of(number) for number in np.unique(self.day).tolist()]


def number_of(day: date) -> int:
    """A day in days since 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day of so many days since 1970."""
    return EPOCH + timedelta(days=number)


def panel_of(rows: Iterable[Mapping[str, Any]]) -> Panel:
    """A panel of rows as ``features.rows`` makes them, with or without ``label``, in any order."""
    held = sorted(rows, key=lambda row: (row["day"], row["movie_id"]))

    def column(name: str) -> Floats:
        return np.array([np.nan if row.get(name) is None else float(row[name]) for row in held], dtype=np.float64)

    genres = np.empty(len(held), dtype=object)
    genres[:] = [tuple(row["genres"]) for row in held]
    return Panel(
        movie_id=np.array([row["movie_id"] for row in held], dtype=np.int64),
        day=np.array([number_of(row["day"]) for row in held], dtype=np.int64),
        rank=column("rank"),
        popularity=column("popularity"),
        change=np.array([column(f"popularity_change_{days}d") for days in CHANGES]).reshape(len(CHANGES), -1).T,
        seen=column(f"days_seen_{WINDOW}d"),
        age=column("age_days"),
        genres=genres,
        label=column("label"),
    )
