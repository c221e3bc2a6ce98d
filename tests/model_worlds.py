"""Worlds that live, whose best possible prediction is known, and designs that know too much."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from living_lists import observed

from fake_tmdb import FakeTmdb, Living
from tmdb_pipeline.features import rows
from tmdb_pipeline.features.definition import HORIZON, WINDOW
from tmdb_pipeline.model.evaluation import scores
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.logistic import train
from tmdb_pipeline.model.learning.made import design_of_day
from tmdb_pipeline.model.learning.panel import number_of, panel_of
from tmdb_pipeline.model.learning.split import split

FIRST = date(2025, 9, 15)
#: Days to train on, and days to judge by, with the horizon between them.
TRAINED, JUDGED = 95, 98


@dataclass(frozen=True)
class Attempt:
    """A model of a world and how it did: chances of the rows judged by, and what its Brier scores are."""

    model: object
    predicted: object
    brier: float
    skill: float
    against_best: scores.Difference


class World:
    """A fake that lives, what was observed of it for ``days`` days from ``first`` on, and the panel of that."""

    def __init__(self, seed, *, days=TRAINED + HORIZON + JUDGED, judged=JUDGED, living=None, first=FIRST):
        self.fake = FakeTmdb(movies=20_000, seed=seed, living=living or Living())
        self.first, self.last = first, first + timedelta(days=days - 1)
        start = first - timedelta(days=2 * WINDOW)
        self.observed = observed(self.fake, start, 2 * WINDOW + days + HORIZON)
        self.panel = panel_of(rows.training(self.observed, self.days, today=self.last + timedelta(days=HORIZON)))
        self.split = split(self.panel, longest_test=judged)

    @property
    def days(self):
        """The days that have rows with labels."""
        start = self.first - timedelta(days=WINDOW - 1)
        return [start + timedelta(days=number) for number in range((self.last - start).days + 1)]

    @cached_property
    def best(self):
        """The best possible chance of each row that is judged by."""
        judged = self.panel.where(self.split.test(self.panel))
        return np.concatenate(
            [
                self.fake.oracle.chance_in_top(judged.movie_id[judged.day == number_of(day)].tolist(), day)
                for day in judged.days
            ]
        )

    def attempt(self, values=None, columns=COLUMNS):
        """Train on a design, the honest one if none is given, and judge."""
        values = design(self.panel) if values is None else values
        trained, judged = self.split.train(self.panel), self.split.test(self.panel)
        model = train(columns, values[trained], self.panel.label[trained])
        predicted, label = model.predict(values[judged]), self.panel.label[judged]
        part = self.panel.where(judged)
        simple = scores.reference(self.panel.where(trained)).persistence(part)
        brier, best = scores.brier(predicted, label), scores.brier(self.best, label)
        return Attempt(
            model,
            predicted,
            brier,
            scores.skill(brier, scores.brier(simple, label), best),
            scores.difference(predicted, self.best, label, part.day),
        )


def ahead(seen, panel, days):
    """Two columns that nobody could have: how far above the last of the list a movie is so many days later, and if."""
    lists = {number_of(each.day): each.movies for each in seen if each.name == "popular"}
    values = np.zeros((len(panel), 2))
    for place, (movie, day) in enumerate(zip(panel.movie_id.tolist(), panel.day.tolist(), strict=True)):
        later = lists.get(day + days, {})
        if movie in later:
            least = min(each["popularity"] for _, each in later.values())
            values[place] = np.log(later[movie][1]["popularity"] / least), 1
    return values


def leaking(days):
    """A maker of designs that look so many days ahead, and the names of their columns."""

    def make(seen, day):
        made = panel_of(rows.features(seen, day)[0])
        return np.column_stack([design_of_day(seen, day), ahead(seen, made, days)])

    return make, (*COLUMNS, f"margin_in_{days}d", f"listed_in_{days}d")
