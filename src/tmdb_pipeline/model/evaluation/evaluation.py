"""An evaluation: all that is known of how good a model is, on days that it was not trained on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from tmdb_pipeline.model.evaluation import scores
from tmdb_pipeline.model.evaluation.scores import Band, Difference
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.logistic import Logistic, train

if TYPE_CHECKING:
    from tmdb_pipeline.model.learning.panel import Floats, Panel
    from tmdb_pipeline.model.learning.split import Split

#: Rows that are asked at once when it is measured how long an answer takes.
ASKED = 100
_TRIES = 5


class Evaluation(msgspec.Struct, kw_only=True):
    """What the gate and the card read. Scores are Brier scores: 0 is perfect.

    Attributes:
        rows: that are judged by, of ``days`` days.
        model: the score of the model, ``base_rate`` that of how often it was so in training, ``persistence`` that of
            how often it was so in the same place of the list.
        best: the score of the best possible prediction; None where nobody knows it.
        skill: the share of the possible improvement over persistence; None as well.
        against_base: the difference from the base rate, ``against_persistence`` and ``against_best`` likewise.
        against_champion: the difference from the champion on days that neither was trained on; None without one, or
            without such days.
        calibration_error: how far chances are from how often it came.
        bands: genres and ages.
        milliseconds: that ``ASKED`` rows take.
        repeatable: whether training again gave the same model.
    """

    rows: int
    days: int
    model: float
    base_rate: float
    persistence: float
    best: float | None = None
    skill: float | None = None
    against_base: Difference
    against_persistence: Difference
    against_best: Difference | None = None
    against_champion: Difference | None = None
    calibration_error: float
    bands: list[Band]
    milliseconds: float
    repeatable: bool


def fit(panel: Panel, parts: Split) -> Logistic:
    """Train on the days of a split that are trained on.

    Raises:
        NotTrainable: there is nothing to learn from them.
    """
    trained = parts.train(panel)
    return train(COLUMNS, design(panel)[trained], panel.label[trained])


def evaluate(
    panel: Panel, parts: Split, model: Logistic, *, best: Floats | None = None, champion: Champion | None = None
) -> Evaluation:
    """Judge a model on the days of a split that are judged by.

    Args:
        panel: features with their labels.
        parts: which days are which.
        model: what was trained on the first of them.
        best: the best possible chances of the rows judged by, where they are known.
        champion: the model in use, and the last day that it was trained on.
    """
    values, judged = design(panel), parts.test(panel)
    part, predicted = panel.where(judged), model.predict(values[judged])
    simple = scores.reference(panel.where(parts.train(panel)))
    base, persistence = np.full(len(part), simple.base_rate), simple.persistence(part)

    def against(other: Floats) -> Difference:
        return scores.difference(predicted, other, part.label, part.day)

    score = scores.brier(predicted, part.label)
    told = Evaluation(
        rows=len(part),
        days=len(part.days),
        model=score,
        base_rate=scores.brier(base, part.label),
        persistence=scores.brier(persistence, part.label),
        against_base=against(base),
        against_persistence=against(persistence),
        calibration_error=scores.calibration_error(predicted, part.label),
        bands=scores.bands(part, predicted, simple.base_rate),
        milliseconds=_milliseconds(model, values[judged][:ASKED]),
        repeatable=fit(panel, parts) == model,
    )
    if best is not None:
        told.best = scores.brier(best, part.label)
        told.skill = scores.skill(score, told.persistence, told.best)
        told.against_best = against(best)
    if champion is not None:
        told.against_champion = champion.compare(part, values[judged], predicted)
    return told


class Champion(msgspec.Struct, frozen=True):
    """The model in use, which answers by the columns of now, with the last day of which it may know the label."""

    model: Logistic
    knows_until: int

    def compare(self, part: Panel, values: Floats, predicted: Floats) -> Difference | None:
        """The difference of other predictions from the champion's, on days after all that it knows; None without."""
        new = part.day > self.knows_until
        if not new.any():
            return None
        return scores.difference(predicted[new], self.model.predict(values[new]), part.label[new], part.day[new])


def _milliseconds(model: Logistic, values: Floats) -> float:
    """What an answer takes: the least of some tries, for what else the machine does is not the model's."""
    taken = []
    for _ in range(_TRIES):
        started = time.perf_counter()
        model.predict(values)
        taken.append(time.perf_counter() - started)
    return min(taken) * 1e3
