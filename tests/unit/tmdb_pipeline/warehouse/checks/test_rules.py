import math
import random
from collections import Counter

import pytest

from tmdb_pipeline.warehouse.checks.check import Measured, Unit
from tmdb_pipeline.warehouse.checks.rules import AtMost, NearMedian, StableShares, WithinFactor, _chi_squared

RULES = [AtMost(1, 2), NearMedian(0.25, 0.5, 7), WithinFactor(2, 5, 7), StableShares()]


def level(rule, value, **given):
    return str(rule.judge(Measured(value=value, **given)).level)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_nothing_to_measure_is_not_judged(rule):
    """Where there is nothing, there is no alarm."""
    judged = rule.judge(Measured(value=None, runs=30, median=5.0, mad=0.0, sample=100, reference=100, categories=5))

    assert (str(judged.level), judged.needed) == ("not_judged", "there is nothing to measure yet")


@pytest.mark.parametrize(
    ("value", "expected"), [(0, "ok"), (10, "ok"), (10.01, "warning"), (30, "warning"), (30.01, "alarm")]
)
def test_value_is_ok_up_to_a_limit(value, expected):
    """A limit itself is still within it."""
    assert level(AtMost(10, 30), value) == expected


def test_limit_without_alarm():
    """Some things are only worth a look, however bad they are."""
    judged = AtMost(0).judge(Measured(value=1e9))

    assert (str(judged.level), judged.lower, judged.upper) == ("warning", None, 0)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(100, "ok"), (75, "ok"), (74.9, "warning"), (50, "warning"), (49.9, "alarm"), (125, "ok"), (900, "warning")],
)
def test_value_is_compared_with_the_median_of_steady_runs(value, expected):
    """A quarter less or more is worth a look, half of it missing an alarm; too much never is one."""
    judged = NearMedian(0.25, 0.5, 7).judge(Measured(value=value, runs=7, median=100, mad=0))

    assert (str(judged.level), judged.lower, judged.upper) == (expected, 75, 125)


@pytest.mark.parametrize(("value", "expected"), [(12, "ok"), (11, "warning"), (0, "warning")])
def test_runs_that_scatter_leave_more_room(value, expected):
    """Where earlier runs differ among themselves, six standard deviations of theirs are ok, and ten no alarm."""
    assert level(NearMedian(0.25, 0.5, 7), value, runs=7, median=100, mad=9.9) == expected


def test_lower_limit_is_never_negative():
    """There are no fewer movies than none."""
    assert NearMedian(0.25, 0.5, 7).judge(Measured(value=0, runs=7, median=10, mad=10)).lower == 0


@pytest.mark.parametrize("runs", [None, 0, 1, 6])
@pytest.mark.parametrize("rule", RULES[1:], ids=lambda rule: type(rule).__name__)
def test_too_few_runs_are_not_judged(rule, runs):
    """Of a few runs nobody knows what is usual; the message says how many it takes."""
    judged = rule.judge(Measured(value=9, runs=runs, median=5.0, mad=0.0, sample=99, reference=99, categories=5))

    earlier = "1 earlier run" if runs == 1 else f"{runs or 0} earlier runs"
    assert str(judged.level) == "not_judged"
    assert judged.needed == f"{earlier} to compare with, {rule.least} are needed"


def test_median_that_is_not_there_is_not_judged():
    """Earlier runs without the value are no history of it."""
    assert level(NearMedian(0.25, 0.5, 7), 5, runs=9, median=None) == "not_judged"
    assert level(WithinFactor(2, 5, 7), 5, runs=9, median=0.0) == "not_judged"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (100, "ok"),
        (200, "ok"),
        (201, "warning"),
        (501, "alarm"),
        (50, "ok"),
        (49, "warning"),
        (19, "alarm"),
        (0, "alarm"),
    ],
)
def test_factor_counts_to_both_sides(value, expected):
    """Twice as much is as odd as half of it; nothing at all is an alarm."""
    judged = WithinFactor(2, 5, 7).judge(Measured(value=value, runs=7, median=100))

    assert (str(judged.level), judged.lower, judged.upper) == (expected, 50, 200)


def test_small_sample_is_not_judged():
    """A few movies differ from any others."""
    judged = StableShares().judge(Measured(value=2.0, runs=20, sample=49, reference=200, categories=6))

    assert (str(judged.level), judged.needed) == ("not_judged", "49 movies in the latest run, 50 are needed")


def test_one_kind_cannot_scatter():
    """With a single kind there is no chance to take off."""
    assert StableShares().judge(Measured(value=0.05, runs=20, sample=60, reference=60, categories=1)).upper == 0.1


@pytest.mark.parametrize(("degrees", "table"), [(1, 10.828), (2, 13.816), (5, 20.515), (10, 29.588), (30, 59.703)])
def test_chi_squared_is_that_of_the_tables(degrees, table):
    """The value that one in a thousand exceeds, within five per cent of the printed one."""
    assert _chi_squared(degrees) == pytest.approx(table, rel=0.05)


def _index(latest, earlier):
    """The population stability index of two samples, as the query has it."""
    kinds = {*latest, *earlier}
    n, m = latest.total() + len(kinds) / 2, earlier.total() + len(kinds) / 2
    shares = [((latest[kind] + 0.5) / n, (earlier[kind] + 0.5) / m) for kind in kinds]
    return sum((p - q) * math.log(p / q) for p, q in shares)


def _judged(draw, weights, other, sample=100, reference=300):
    kinds = range(len(weights))
    latest = Counter(draw.choices(kinds, weights=other, k=sample))
    earlier = Counter(draw.choices(kinds, weights=weights, k=reference))
    return level(
        StableShares(), _index(latest, earlier), runs=28, sample=sample, reference=reference, categories=len(weights)
    )


def test_samples_of_one_population_are_ok():
    """Two draws of the same movies do not alarm: in two thousand of them, at most one even warns."""
    draw = random.Random(11)
    weights = [30, 20, 15, 10, 10, 8, 7]

    found = Counter(_judged(draw, weights, weights) for _ in range(2000))

    assert found["alarm"] == 0
    assert found["warning"] <= 1


@pytest.mark.parametrize("sample", [100, 200, 500])
def test_samples_of_another_population_are_found(sample):
    """Where half of the movies are suddenly of one kind that was rare, that is an alarm every time."""
    draw = random.Random(12)
    weights, other = [30, 20, 15, 10, 10, 8, 7], [15, 10, 7, 5, 5, 4, 54]

    assert {_judged(draw, weights, other, sample) for _ in range(200)} == {"alarm"}


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (AtMost(0, 0), "alarm above 0"),
        (AtMost(0), "warning above 0"),
        (AtMost(10, 30), "warning above 10, alarm above 30"),
        (RULES[1], "warning if it differs from the median of the last runs by more than 25% and 6 standard deviations"),
        (
            RULES[2],
            "warning beyond 2 times or a part in 2 of the median of the last runs, alarm beyond 5; after 7 runs",
        ),
        (RULES[3], "warning above 0.1, alarm above 0.25, each plus what chance exceeds once in a thousand"),
    ],
)
def test_rule_is_told_in_words(rule, told):
    """The docs say what a rule demands."""
    assert rule.told(Unit.COUNT).startswith(told)
