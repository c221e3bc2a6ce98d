from datetime import date, timedelta

import numpy as np
import pytest

from tmdb_pipeline.features.definition import HORIZON, WINDOW
from tmdb_pipeline.model.errors import NotTrainable
from tmdb_pipeline.model.learning import logistic
from tmdb_pipeline.model.learning.design import COLUMNS, MEMORY, design
from tmdb_pipeline.model.learning.logistic import train
from tmdb_pipeline.model.learning.made import design_of_day
from tmdb_pipeline.model.learning.panel import number_of, panel_of
from tmdb_pipeline.model.learning.split import split

DAY = date(2024, 1, 15)


def row(movie, day=DAY, **more):
    plain = {
        "movie_id": movie,
        "day": day,
        "rank": movie,
        "popularity": 100.0 / movie,
        **{f"popularity_change_{days}d": None for days in (1, 3, 7, 14)},
        "days_seen_14d": 7,
        "age_days": 36,
        "genres": [18],
    }
    return {**plain, **more}


def designed(*rows):
    """The design of rows, a mapping of columns for each of them in order of day and id."""
    return [dict(zip(COLUMNS, values, strict=True)) for values in design(panel_of(rows)).tolist()]


def test_row_of_the_design_is_what_was_seen():
    """A movie four times as popular as the last of the list, which was twice as popular a day ago."""
    first, last = designed(row(1, popularity_change_1d=-100.0, release=None), row(2, popularity=25.0, age_days=-3))

    assert first["listed"] == 1
    assert first["margin"] == pytest.approx(np.log(4))
    assert first["margin_squared"] == pytest.approx(np.log(4) ** 2)
    assert first["margin_change_1d"] == pytest.approx(-np.log(2))
    assert [first[f"not_seen_{days}d"] for days in (1, 3, 7, 14)] == [0, 1, 1, 1]
    assert first["mean_margin"] == pytest.approx(np.log(4) + np.log(2) / 2)
    assert (first["seen"], first["margin_times_seen"]) == pytest.approx((0.5, np.log(4) / 2))
    assert (first["after_release"], first["before_release"], first["release_near"]) == pytest.approx((np.exp(-2), 0, 0))
    assert (last["margin"], last["log_rank"]) == pytest.approx((0, np.log(2)))
    assert (last["after_release"], last["before_release"]) == pytest.approx((0, np.exp(-0.5)))
    assert last["release_near"] == pytest.approx(4 / 7)


def test_usual_margin_is_that_of_the_days_before():
    """Not of the day itself, not of days longer ago, and not of days on which the movie was only trending."""
    days = [DAY - timedelta(days=back) for back in (MEMORY + 1, MEMORY, 2, 1, 0)]
    margins = [3.0, 1.0, 2.0, 0.5, 0.1]
    rows = [row(2, day, popularity=1.0, rank=2) for day in days]
    rows += [
        row(1, day, popularity=float(np.exp(margin)), rank=None if margin == 2.0 else 1)
        for day, margin in zip(days, margins, strict=True)
    ]

    found = designed(*rows)[-2]

    assert found["days_remembered"] == pytest.approx(2 / MEMORY)
    assert found["usual_margin"] == pytest.approx((1.0 + 0.5) / 2 * 2 / MEMORY)


def test_unknown_values_are_bounded():
    """A movie of which nothing is known has a row without a missing value; so has a day without a popular list."""
    unknown = {"rank": None, "popularity": None, "age_days": None, "days_seen_14d": None, "genres": []}

    found = design(panel_of([row(1), row(9, **unknown), row(9, DAY + timedelta(days=1), **unknown)]))

    assert np.isfinite(found).all()
    assert found[1][COLUMNS.index("margin")] == -2.0
    assert design(panel_of([])).shape == (0, len(COLUMNS))


def test_training_rows_are_serving_rows(world):
    """What a model is trained on for a day is what it would have been asked on that day, of the days until then."""
    day = world.days[80]
    whole = design(world.panel)[world.panel.day == number_of(day)]
    past = world.panel.where(world.panel.day <= number_of(day))

    assert (design(past)[past.day == number_of(day)] == whole).all()
    made = design_of_day([each for each in world.observed if each.day <= day], day)
    assert (made == whole).all()


def test_logistic_regression_finds_what_is_there():
    """Of many draws of a known regression it finds the weights, twice the same, and answers with chances."""
    rng = np.random.default_rng(7)
    values = np.column_stack([rng.normal(3, 2, 40_000), rng.normal(0, 1, 40_000), np.full(40_000, 5.0)])
    chance = 1 / (1 + np.exp(-(0.5 * (values[:, 0] - 3) - values[:, 1] + 0.3)))
    labels = (rng.random(40_000) < chance).astype(float)

    model = train(("a", "b", "same"), values, labels)

    assert model == train(("a", "b", "same"), values, labels)
    assert model.weights == pytest.approx((1.0, -1.0, 0.0), abs=0.05)
    assert model.intercept == pytest.approx(0.3, abs=0.05)
    assert np.abs(model.predict(values) - chance).max() < 0.02
    assert (model.predict(values[:5]) == model.predict(values)[:5]).all()


def test_training_ends_also_where_nothing_converges(monkeypatch):
    """After so many steps the model is what it is by then; the gate judges it."""
    monkeypatch.setattr(logistic, "_STEPS", 1)

    assert np.isfinite(train(("a",), np.arange(4.0)[:, None], np.array([0.0, 1.0, 0.0, 1.0])).weights).all()


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_labels_that_are_all_alike_teach_nothing(label):
    """It is said, and no model is made."""
    with pytest.raises(NotTrainable, match="All labels are alike"):
        train(("a",), np.arange(3.0)[:, None], np.full(3, label))


def labelled(days, missing=()):
    """Days with labels from DAY on, and two weeks before them."""
    return panel_of(
        row(1, DAY + timedelta(days=number), label=True) for number in range(1 - WINDOW, days) if number not in missing
    )


@pytest.mark.parametrize("days", [28, 40, 95, 200])
def test_what_is_trained_on_is_known_before_what_is_judged_by(days):
    """The last label of training is known before the first day that is judged by; all days of both have labels."""
    panel = labelled(days)

    found = split(panel)

    assert found.train_last + timedelta(days=HORIZON) < found.test_first
    assert found.train_first == DAY
    assert found.test_last == panel.days[-1]
    assert found.train(panel).sum() + HORIZON + found.test(panel).sum() == days
    assert found.test(panel).sum() == min(56, days // 2 // 7 * 7)
    assert not (found.train(panel) & found.test(panel)).any()


@pytest.mark.parametrize(
    ("panel", "why"),
    [
        (labelled(27), "27 days are there, and 28 are needed"),
        (labelled(40, missing=range(5, 10)), "12% of the days from 2024-01-15 to 2024-02-23 have no labels"),
        (panel_of([]), "0 days are"),
    ],
)
def test_too_little_is_not_trained_on(panel, why):
    """Fewer than 28 days with labels, or more than a tenth of the days between them missing."""
    with pytest.raises(NotTrainable, match=why):
        split(panel)


def test_a_tenth_of_the_days_may_be_missing():
    """At the limit it is trained."""
    assert split(labelled(40, missing=range(5, 9))).train_first == DAY
