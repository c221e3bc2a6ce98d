import numpy as np
import pytest
from model_worlds import ahead, leaking

from tmdb_pipeline.model.errors import LeakFound
from tmdb_pipeline.model.evaluation.leaks import is_too_good, leaking_columns, require_no_leak
from tmdb_pipeline.model.evaluation.scores import Difference
from tmdb_pipeline.model.learning.design import COLUMNS, design
from tmdb_pipeline.model.learning.made import design_of_day


def test_an_honest_model_is_good_and_no_better_than_possible(world):
    """It has three quarters of the possible improvement over persistence, raises no alarm, and no column leaks."""
    found = world.attempt()

    assert 0.75 <= found.skill < 1
    assert not is_too_good(found.against_best)
    assert leaking_columns(design_of_day, COLUMNS, world.observed, world.days[60:61]) == []
    require_no_leak(design_of_day, COLUMNS, world.observed, world.days[60:61])


def test_a_leak_of_three_days_is_found_by_the_score(world):
    """A model that knows three days ahead is better than what anybody can know."""
    values = np.column_stack([design(world.panel), ahead(world.observed, world.panel, 3)])

    assert is_too_good(world.attempt(values, leaking(3)[1]).against_best)


def test_a_leak_of_one_day_is_found_by_the_structure(world):
    """Its score is below the best possible, which gives no alarm; its columns change with what was known later."""
    make, columns = leaking(1)
    values = np.column_stack([design(world.panel), ahead(world.observed, world.panel, 1)])

    assert not is_too_good(world.attempt(values, columns).against_best)
    assert leaking_columns(make, columns, world.observed, world.days[60:61]) == ["margin_in_1d", "listed_in_1d"]
    with pytest.raises(LeakFound, match=r"margin_in_1d, listed_in_1d of 2025-11-01 to 2025-11-01 change with"):
        require_no_leak(make, columns, world.observed, world.days[60:61])


def test_rows_that_depend_on_later_are_a_leak(world):
    """Movies that are left out since they are gone later cannot be compared, so that is said."""

    def survivors(seen, day):
        made = design_of_day(seen, day)
        return made[: len(made) - (seen[-1].day > day)]

    with pytest.raises(LeakFound, match="Which rows 2025-11-01 has depends on what was known only later"):
        leaking_columns(survivors, COLUMNS, world.observed, world.days[60:61])


def test_values_that_are_missing_in_both_are_no_leak(world):
    """NaN is not equal to itself, and yet the same."""

    def missing(seen, day):
        return np.full((3, 1), np.nan)

    assert leaking_columns(missing, ("a",), world.observed, world.days[60:61]) == []


@pytest.mark.parametrize(("mean", "error", "alarm"), [(-0.31, 0.1, True), (-0.3, 0.1, False), (-9.0, None, False)])
def test_alarm_begins_below_three_standard_errors(mean, error, alarm):
    """Not at three, and not where nobody can tell."""
    assert is_too_good(Difference(mean, error, 9)) == alarm
