"""The leak alarm: whether a model knows of a day what nobody could know on it.

By its structure: rows of a day are made twice, of all that there is and of what was known by its end, and have to be
the same. This finds a leak of one day, whose score is still below the best possible.

By its score: where the best possible prediction is known, nothing that is honest is better. This finds what the
structure does not show, such as a source that is dated wrongly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tmdb_pipeline.features.observations import Observed, cutoff
from tmdb_pipeline.model.errors import LeakFound

if TYPE_CHECKING:
    from tmdb_pipeline.model.evaluation.scores import Difference
    from tmdb_pipeline.model.learning.panel import Floats

#: Standard errors below the best possible score from which on a model is too good.
TOO_GOOD = -3.0

#: Makes the design of a day of what was observed: a row for each movie, a column for each name.
Maker: TypeAlias = "Callable[[Sequence[Observed], date], Floats]"


def leaking_columns(
    make: Maker, columns: Sequence[str], observed: Sequence[Observed], days: Sequence[date]
) -> list[str]:
    """The columns of a design that are not the same when what was known only after its day is left out.

    Args:
        make: makes the design of a day.
        columns: their names.
        observed: what was observed, the days after the last of ``days`` included.
        days: those that are tried.

    Raises:
        LeakFound: which rows there are depends on what was known later, so that nothing can be compared.
    """
    found: set[str] = set()
    for day in days:
        known = [each for each in observed if each.known_at < cutoff(day)]
        whole, past = make(observed, day), make(known, day)
        if whole.shape != past.shape:
            raise LeakFound(f"Which rows {day} has depends on what was known only later: make them of its own lists.")
        differs = ~((whole == past) | (np.isnan(whole) & np.isnan(past)))
        found |= {columns[place] for place in np.flatnonzero(differs.any(axis=0)).tolist()}
    return [name for name in columns if name in found]


def require_no_leak(make: Maker, columns: Sequence[str], observed: Sequence[Observed], days: Sequence[date]) -> None:
    """Refuse a design that knows what was known only after its day.

    Raises:
        LeakFound: it does.
    """
    leaking = leaking_columns(make, columns, observed, days)
    if leaking:
        raise LeakFound(
            f"{', '.join(leaking)} of {days[0]} to {days[-1]} change with what was known only after the day: make them "
            f"of what was known by its end, as of {cutoff(days[-1]) - timedelta(microseconds=1):%Y-%m-%d %H:%M} Seoul."
        )


def is_too_good(against_best: Difference) -> bool:
    """Whether a model is better than the best possible one by more than chance explains."""
    z = against_best.z
    return z is not None and z < TOO_GOOD
