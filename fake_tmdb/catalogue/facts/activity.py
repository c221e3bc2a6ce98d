"""What happens around a movie: on which days its document changed, and whether trending takes it for a series."""

from __future__ import annotations

from typing import Any

import numpy as np

from fake_tmdb.catalogue.facts.definition import View, fact

CHANGED_ONE_IN = 200
DELETED_ONE_IN = 9
SERIES_ONE_IN = 4


@fact(np.bool_)
def changed(movies: View, day: int) -> Any:
    """Whether a movie changed on a day, as half a percent does; well-known movies change every day."""
    return (movies.draw(f"changed {day}") % CHANGED_ONE_IN == 0) | movies.well_known


@fact(np.bool_)
def deleted(movies: View) -> Any:
    """Whether what changed long ago has been deleted since."""
    return movies.draw("deleted") % DELETED_ONE_IN == 0


@fact(np.bool_)
def is_series(movies: View) -> Any:
    """Whether a row is a series where movies and series are mixed."""
    return movies.draw("series") % SERIES_ONE_IN == 0
