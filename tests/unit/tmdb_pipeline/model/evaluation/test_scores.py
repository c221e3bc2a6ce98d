import math

import numpy as np
import pytest

from tmdb_pipeline.model.evaluation import drift, scores
from tmdb_pipeline.model.evaluation.evaluation import evaluate, fit
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.panel import panel_of
from tmdb_pipeline.model.learning.split import split

DAYS = np.repeat(np.arange(100, 128), 2)


def test_scores_of_a_small_example():
    """By hand: two chances of a half and a quarter, of which the first came."""
    predicted, label = np.array([0.5, 0.25]), np.array([1.0, 0.0])

    assert scores.brier(predicted, label) == pytest.approx((0.25 + 0.0625) / 2)
    assert scores.calibration_error(predicted, label) == pytest.approx((0.5 + 0.25) / 2)
    assert scores.calibration_error(np.array([1.0, 0.0]), label) == 0
    assert scores.skill(0.1, 0.2, 0.05) == pytest.approx(2 / 3)
    assert math.isnan(scores.skill(0.1, 0.2, 0.2))


def test_error_of_a_difference_is_that_of_weeks():
    """Each week's mean counts once, however many rows it has; days left over belong to the last whole week."""
    label = np.zeros(len(DAYS))
    first = np.where(DAYS < 107, 0.2, 0.1)

    found = scores.difference(first, np.full(len(DAYS), 0.1), label, DAYS)

    means = np.array([0.04 - 0.01, 0, 0, 0])
    assert found.weeks == 4
    assert found.mean == pytest.approx(means.mean())
    assert found.error == pytest.approx(means.std(ddof=1) / 2)
    assert found.z == pytest.approx(1.0)
    assert found.upper == pytest.approx(found.mean + 1.959964 * found.error)


def test_three_weeks_are_too_few_to_tell():
    """There is a mean, and no error."""
    few = DAYS < 121 + 6
    found = scores.difference(np.ones(54), np.zeros(54), np.zeros(54), DAYS[few])

    assert (found.mean, found.error, found.z, found.upper, found.weeks) == (1.0, None, None, None, 3)


@pytest.mark.parametrize(("mean", "z"), [(0.0, 0.0), (-0.1, -math.inf), (0.1, math.inf)])
def test_difference_without_error_is_certain(mean, z):
    """Weeks that are all alike leave no doubt."""
    assert scores.Difference(mean, 0.0, 5).z == z


def test_reference_knows_shares_by_place():
    """Of listed movies and of the others; where there are none of a kind, the base rate."""
    day = {"day": np.datetime64("2024-01-01").item(), "genres": [1], **dict.fromkeys(["popularity", "age_days"], 1.0)}
    rows = [{**day, "movie_id": n, "rank": n if n < 3 else None, "label": n in {1, 4}} for n in range(1, 7)]

    found = scores.reference(panel_of(rows))

    assert (found.base_rate, found.listed, found.unlisted) == (1 / 3, 0.5, 0.25)
    assert found.persistence(panel_of(rows)).tolist() == [0.5, 0.5, 0.25, 0.25, 0.25, 0.25]
    assert scores.reference(panel_of(rows[:2])) == scores.Reference(0.5, 0.5, 0.5)


def test_bands_are_genres_and_ages_with_rows_enough(world):
    """Each has 200 rows or more; a row is in one age, and in as many genres as its movie has."""
    panel = world.panel.where(world.split.test(world.panel))
    found = scores.bands(panel, panel.label, 0.5)

    assert all(band.rows >= 200 and (band.model, band.base_rate) == (0, 0.25) for band in found)
    ages = [band for band in found if not band.name.startswith("genre")]
    assert [band.name for band in ages] == [name for name, _, _ in scores.AGE_BANDS]
    assert sum(band.rows for band in ages) == (~np.isnan(panel.age)).sum()


def test_drift_is_what_has_moved(world):
    """Of the world's own next weeks none; of changes twice as large, each feature of changes."""
    values, days = design(world.panel), split(world.panel)
    trained = values[days.train(world.panel)]
    held = drift.baseline(trained, 0.07)
    recent = values[world.panel.day > world.panel.day[-1] - drift.WINDOW]

    assert drift.drifted(held, recent) == {}
    assert max(drift.feature_drift(held, trained).values()) == pytest.approx(0, abs=1e-9)
    larger = recent.copy()
    changes = [place for place, name in enumerate(COLUMNS) if name.startswith("margin_change")]
    larger[:, changes] *= 2.5
    assert sorted(drift.drifted(held, larger)) == sorted(COLUMNS[place] for place in changes)


def test_nothing_to_compare_is_no_drift():
    """Neither where nothing was trained on nor where nothing is new."""
    none = np.zeros((0, len(COLUMNS)))

    assert set(drift.feature_drift(drift.baseline(none, 0.1), none).values()) == {0.0}


@pytest.mark.parametrize(
    ("days", "square", "alarm"), [(14, 0.17, True), (14, 0.15, False), (13, 0.9, False), (0, 1, 0)]
)
def test_score_drifts_above_a_bound(days, square, alarm):
    """Of the last two weeks, once there are two."""
    held = drift.baseline(np.zeros((0, len(COLUMNS))), 0.1)
    day = np.arange(days)

    assert drift.score_has_drifted(held, np.full(days, float(square)), day) == bool(alarm)


def test_what_is_long_past_does_not_count():
    """A bad week before the last two."""
    held = drift.baseline(np.zeros((0, len(COLUMNS))), 0.1)

    assert not drift.score_has_drifted(held, np.append(np.full(7, 0.9), np.full(14, 0.1)), np.arange(21))


def test_where_nobody_knows_the_best_possible_there_is_no_skill(world):
    """Of real movies there is no best possible prediction: all else is told."""
    told = evaluate(world.panel, world.split, fit(world.panel, world.split), best=None, champion=None)

    assert (told.best, told.skill, told.against_best, told.against_champion) == (None, None, None, None)
    assert told.model < told.base_rate
