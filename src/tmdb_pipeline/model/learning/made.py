"""The design of a day, made of what was observed: what the structural test of leaks tries."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tmdb_pipeline.features import rows
from tmdb_pipeline.features.errors import NotObserved
from tmdb_pipeline.model.learning.design import MEMORY, design
from tmdb_pipeline.model.learning.panel import number_of, panel_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tmdb_pipeline.features.observations import Observed
    from tmdb_pipeline.model.learning.panel import Floats


def design_of_day(observed: Sequence[Observed], day: date) -> Floats:
    """The rows of a day, each with the columns of the design; none where no list of the day was known by its end."""
    made = []
    for back in range(MEMORY, -1, -1):
        try:
            made += rows.features(observed, day - timedelta(days=back))[0]
        except NotObserved:
            continue
    panel = panel_of(made)
    values: Floats = design(panel)[panel.day == number_of(day)]
    return values
