"""The split in time: trained on early days, judged on late ones, with a gap in which labels are still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tmdb_pipeline.features.definition import HORIZON, WINDOW
from tmdb_pipeline.model.errors import DaysMissing, TooFewDays
from tmdb_pipeline.model.learning.panel import number_of

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Mask, Panel

#: Days with labels that there have to be, and the share of the days between them that may be missing.
FEWEST, MOST_MISSING = 28, 0.10
#: Days that are judged by: whole weeks, at most so many, and at most half of what there is.
LONGEST_TEST = 56


@dataclass(frozen=True)
class Split:
    """Which days are trained on and which are judged by; labels of the first are known before the second begin.

    Attributes:
        train_first: the first day that is trained on, and ``train_last`` the last.
        test_first: the first day that is judged by, and ``test_last`` the last.
    """

    train_first: date
    train_last: date
    test_first: date
    test_last: date

    def train(self, panel: Panel) -> Mask:
        """The rows of a panel that are trained on: those with a label."""
        return _between(panel, self.train_first, self.train_last)

    def test(self, panel: Panel) -> Mask:
        """The rows of a panel that are judged by: those with a label."""
        return _between(panel, self.test_first, self.test_last)


def split(panel: Panel, *, longest_test: int = LONGEST_TEST) -> Split:
    """The split of the days of a panel whose labels are known.

    A label tells of ``HORIZON`` days later, so that as many days lie between the last that is trained on and the first
    that is judged by: on that one nothing of its own day's future is in the model.

    Days whose features could not look back for ``WINDOW`` days are left out.

    Raises:
        TooFewDays: there are too few of these days.
        DaysMissing: too many are missing between them.
    """
    # Of the first days nobody can say how often a movie was seen before: such rows are not those that are asked later.
    full = panel.day >= (panel.day[0] + WINDOW - 1 if len(panel) else 0)
    days = panel.where(full & ~np.isnan(panel.label)).days
    if len(days) < FEWEST:
        raise TooFewDays(
            f"{len(days)} days are there, and {FEWEST} are needed: days of which the label is known, {HORIZON} days "
            f"later, and the {WINDOW} days before. Collect and build more."
        )
    span = (days[-1] - days[0]).days + 1
    missing = 1 - len(days) / span
    if missing > MOST_MISSING:
        raise DaysMissing(
            f"{missing:.0%} of the days from {days[0]} to {days[-1]} have no labels, and {MOST_MISSING:.0%} may be "
            "missing: build the features of the others."
        )
    test = min(longest_test, span // 2) // 7 * 7
    test_first = days[-1] - timedelta(days=test - 1)
    return Split(days[0], test_first - timedelta(days=HORIZON + 1), test_first, days[-1])


def _between(panel: Panel, first: date, last: date) -> Mask:
    inside = (panel.day >= number_of(first)) & (panel.day <= number_of(last))
    return np.asarray(inside & ~np.isnan(panel.label))
