"""Logistic regression with a ridge, by Newton's method: as good here as a forest, and a model that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.model.errors import NotTrainable

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Floats

#: What a coefficient of a column with the deviation 1 is held back with.
RIDGE = 1.0
#: Digits of a number that are kept: fewer than what differs between machines that add in another order.
_DIGITS = 9
_STEPS, _SMALL, _FARTHEST = 50, 1e-10, 30.0


class Logistic(msgspec.Struct, frozen=True):
    """A trained model: the chance is ``1 / (1 + exp(-(intercept + sum of weight * (value - mean) / deviation)))``.

    Attributes:
        columns: of the design, in its order.
        means: of each column in training, ``deviations`` likewise, and its ``weights``.
        intercept: of a row in which every value is the mean.
    """

    columns: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def predict(self, values: Floats) -> Floats:
        """The chance of each row of a design that its movie is in the first places after the horizon."""
        standard = (values - np.array(self.means)) / np.array(self.deviations)
        # A sum by itself in one order, and not by BLAS, whose result depends on the number of rows.
        total = np.einsum("nk,k->n", standard, np.array(self.weights)) + self.intercept
        return _chance(total)


def train(columns: tuple[str, ...], values: Floats, labels: Floats) -> Logistic:
    """The regression of labels (0 or 1) on the columns of a design.

    Raises:
        NotTrainable: all labels are alike, or there is none.
    """
    if not 0 < labels.sum() < len(labels):
        raise NotTrainable("All labels are alike: there is nothing to learn. Collect more days.")
    means, deviations = values.mean(axis=0), values.std(axis=0)
    deviations = np.where(deviations > _SMALL, deviations, 1.0)
    standard = np.column_stack([(values - means) / deviations, np.ones(len(labels))])
    ridge = np.append(np.full(values.shape[1], RIDGE), 0.0)
    weights = np.zeros(standard.shape[1])
    for _ in range(_STEPS):
        chance = _chance(standard @ weights)
        slope = standard.T @ (chance - labels) + ridge * weights
        curvature = (standard * (chance * (1 - chance))[:, None]).T @ standard + np.diag(ridge)
        step = np.linalg.solve(curvature + _SMALL * np.eye(len(ridge)), slope)
        weights -= step
        if np.abs(step).max() < _SMALL:
            break
    return Logistic(columns, _kept(means), _kept(deviations), _kept(weights[:-1]), _kept(weights[-1:])[0])


def _chance(total: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(total, -_FARTHEST, _FARTHEST))))


def _kept(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.{_DIGITS}g}") for value in values.tolist())
