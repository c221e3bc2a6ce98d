"""Scores: how far predictions are from what came, beside the simplest ones and the best possible one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Floats, Mask, Numbers, Panel

#: Weeks of days by which a difference can be told from chance.
FEWEST_WEEKS = 4
#: Of a normal distribution, for the bound that 95 of 100 differences are within.
_Z95 = 1.959964
_BINS = 10
#: Ages in days since the release: before it, the first month, the first year, older.
AGE_BANDS: tuple[tuple[str, float, float], ...] = (
    ("before release", -math.inf, 0),
    ("first month", 0, 31),
    ("first year", 31, 366),
    ("older", 366, math.inf),
)
#: Rows that a band has to have to be judged.
FEWEST_IN_BAND = 200


class Difference(msgspec.Struct, frozen=True):
    """How much greater one Brier score is than another on the same rows.

    Attributes:
        mean: of the weeks; below 0 where the first predicts better.
        error: the standard error of it; NaN (null in files) where there are fewer than ``FEWEST_WEEKS``.
        weeks: how many there are.
    """

    mean: float
    error: float | None
    weeks: int

    @property
    def z(self) -> float | None:
        """The mean in standard errors; None where nobody can tell."""
        if self.error is None:
            return None
        return self.mean / self.error if self.error else math.copysign(math.inf, self.mean) if self.mean else 0.0

    @property
    def upper(self) -> float | None:
        """The end of the 95 % interval on the side on which the first is worse; None where nobody can tell."""
        return None if self.error is None else self.mean + _Z95 * self.error


class Band(msgspec.Struct, frozen=True):
    """A part of the rows: of one genre or age, with the Brier scores of the model and of the base rate on it."""

    name: str
    rows: int
    model: float
    base_rate: float


class Reference(msgspec.Struct, frozen=True):
    """What the simplest predictions know: shares of the rows that were trained on.

    Attributes:
        base_rate: of all rows with label 1.
        listed: of those of movies on the popular list, ``unlisted`` of the others: nothing will change ("persistence").
    """

    base_rate: float
    listed: float
    unlisted: float

    def persistence(self, panel: Panel) -> Floats:
        """That a movie is there after the horizon as often as movies in its place were."""
        return np.where(np.isnan(panel.rank), self.unlisted, self.listed)


def reference(panel: Panel) -> Reference:
    """The reference of rows with labels."""
    listed = ~np.isnan(panel.rank)
    base = float(panel.label.mean())
    shares = [float(panel.label[mask].mean()) if mask.any() else base for mask in (listed, ~listed)]
    return Reference(base, *shares)


def brier(predicted: Floats, label: Floats) -> float:
    """The mean squared distance of chances from what came: 0 is perfect."""
    return float(np.mean((predicted - label) ** 2))


def difference(first: Floats, second: Floats, label: Floats, day: Numbers) -> Difference:
    """The Brier score of the first predictions less that of the second, with its error.

    Days next to each other are alike, so the error is that of the means of weeks, not of rows; what is left of the last
    week belongs to the week before.
    """
    gain = (first - label) ** 2 - (second - label) ** 2
    weeks = max(1, int(day.max() - day.min() + 1) // 7)
    week = np.minimum((day - day.min()) // 7, weeks - 1)
    means = np.array([gain[week == number].mean() for number in np.unique(week).tolist()])
    if len(means) < FEWEST_WEEKS:
        return Difference(float(means.mean()), None, len(means))
    return Difference(float(means.mean()), float(means.std(ddof=1) / math.sqrt(len(means))), len(means))


def skill(model: float, simple: float, best: float) -> float:
    """The share of the possible improvement over a simple prediction that a model has, by their Brier scores.

    NaN where nothing can be better than the simple one.
    """
    return (simple - model) / (simple - best) if simple > best else math.nan


def calibration_error(predicted: Floats, label: Floats) -> float:
    """How far chances are from how often it came, over ten equal parts of the chances, weighed by their rows."""
    part = np.minimum((predicted * _BINS).astype(np.int64), _BINS - 1)
    off = [abs(float(np.sum(predicted[part == each] - label[part == each]))) for each in range(_BINS)]
    return sum(off) / len(label)


def bands(panel: Panel, predicted: Floats, base_rate: float) -> list[Band]:
    """Each genre and age that has ``FEWEST_IN_BAND`` rows."""
    genres = sorted({genre for row in panel.genres for genre in row})
    masks: list[tuple[str, Mask]] = [
        (f"genre {genre}", np.array([genre in row for row in panel.genres], dtype=bool)) for genre in genres
    ]
    masks += [(name, (panel.age >= least) & (panel.age < below)) for name, least, below in AGE_BANDS]
    simple = np.full(len(panel), base_rate)
    return [
        Band(
            name,
            int(mask.sum()),
            brier(predicted[mask], panel.label[mask]),
            brier(simple[mask], panel.label[mask]),
        )
        for name, mask in masks
        if mask.sum() >= FEWEST_IN_BAND
    ]
