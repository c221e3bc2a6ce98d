"""Drift: whether what a model is given, or how well it does, is no longer what it was when it was trained.

Features are compared by their population stability index (PSI) over whole weeks, for weekends differ. Of a movie that
is not on the popular list, and of one that was not seen then, there is nothing to compare.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.features.definition import CHANGES
from tmdb_pipeline.model.learning.design import COLUMNS

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Floats, Numbers

#: Days that are compared with those of training.
WINDOW = 14
#: The index from which on a feature has drifted: the usual one for a major shift.
ALARM = 0.2
#: How many times that of the judged days the Brier score of as many matured days may be. Measured: weeks of an honest
#: model are up to a fifth off, and the level of eight weeks is not known better.
WORSE = 1.6
#: What is compared.
FEATURES: tuple[str, ...] = ("margin", "mean_margin", *(f"margin_change_{days}d" for days in CHANGES))

_BINS, _LEAST = 10, 1e-3


class Shares(msgspec.Struct, frozen=True):
    """A feature in training: the edges of ten equal parts of its values, and which share lies between them."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


class Baseline(msgspec.Struct, frozen=True):
    """What drift is measured from.

    Attributes:
        features: of the days that were trained on.
        brier: the score on the days that were judged by.
    """

    features: dict[str, Shares]
    brier: float


def baseline(trained: Floats, brier: float) -> Baseline:
    """The baseline of a model: of the design of the rows that it was trained on, and of its score."""
    return Baseline({name: _shares(_values(trained, name)) for name in FEATURES}, brier)


def feature_drift(held: Baseline, recent: Floats) -> dict[str, float]:
    """The index of each feature between training and the design of the rows of ``WINDOW`` days; 0 is no difference."""
    return {name: _index(shares, _values(recent, name)) for name, shares in held.features.items()}


def drifted(held: Baseline, recent: Floats) -> dict[str, float]:
    """The features that have drifted, each with its index."""
    return {name: index for name, index in feature_drift(held, recent).items() if index > ALARM}


def score_has_drifted(held: Baseline, squares: Floats, day: Numbers) -> bool:
    """Whether the last ``WINDOW`` days of matured predictions are worse than chance explains; not before there are.

    Args:
        held: what was judged when the model was trained.
        squares: the squared distance of each matured prediction from what came.
        day: of each of them.
    """
    if not len(day) or day.max() - day.min() + 1 < WINDOW:
        return False
    return float(squares[day > day.max() - WINDOW].mean()) > WORSE * held.brier


def _values(design: Floats, name: str) -> Floats:
    usable = design[:, COLUMNS.index("listed")] == 1
    if name.startswith("margin_change_"):
        usable &= design[:, COLUMNS.index(name.replace("margin_change", "not_seen"))] == 0
    values: Floats = design[usable, COLUMNS.index(name)]
    return values


def _shares(values: Floats) -> Shares:
    if not len(values):
        return Shares((), ())
    edges = np.quantile(values, np.linspace(0, 1, _BINS + 1)[1:-1])
    return Shares(tuple(edges.tolist()), tuple(_counted(values, edges).tolist()))


def _index(held: Shares, values: Floats) -> float:
    if not len(values) or not held.edges:
        return 0.0
    before, now = np.array(held.shares), _counted(values, np.array(held.edges))
    return float(np.sum((now - before) * np.log(now / before)))


def _counted(values: Floats, edges: Floats) -> Floats:
    counts = np.bincount(np.searchsorted(edges, values), minlength=_BINS)
    return np.maximum(counts / len(values), _LEAST)
