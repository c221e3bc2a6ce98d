import pytest
from readers import foreign

from tmdb_pipeline.dags import COLLECTIONS, Stage
from tmdb_pipeline.language import Language
from tmdb_pipeline.warehouse.checks.catalogue import CHECKS, find
from tmdb_pipeline.warehouse.checks.check import DIMENSIONS, LEVELS, QUESTIONS, Dimension, Level, Unit
from tmdb_pipeline.warehouse.checks.run import worst


def test_names_are_told_apart_and_begin_with_their_dimension():
    """What was found on different days is compared by the name, and people see in it what it is about."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert all(check.name.startswith(f"{check.dimension}.") for check in CHECKS)


def test_every_dimension_has_checks_and_words():
    """Nothing that the page tells of is empty."""
    assert {check.dimension for check in CHECKS} == {*Dimension} == {*DIMENSIONS} == {*QUESTIONS}
    assert {*Level} == {*LEVELS}


def test_every_list_has_a_check_of_its_volume():
    """A new list is watched from its first day."""
    lists = {f"{spec.id}/{task.source}" for spec in COLLECTIONS for task in spec.tasks if task.stage is Stage.COLLECT}

    assert {check.subject for check in CHECKS if check.dimension == "volume"} == lists


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_messages_tell_the_value_in_both_languages(check):
    """A message without its value would tell nothing; reasons are sentences."""
    for language in Language:
        assert "{value}" in check.said.told(language)
        assert foreign(check.said.told(language), language, ["{value}"]) == []
    assert check.reason.endswith(".")


def test_check_is_found_by_its_name():
    """A name that nobody has entered is said."""
    assert find(CHECKS[3].name) is CHECKS[3]
    with pytest.raises(LookupError, match=r"^There is no check another: tmdb_pipeline/warehouse/checks/catalogue\.py"):
        find("another")


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([], "not_judged"),
        (["not_judged", "not_judged"], "not_judged"),
        (["not_judged", "ok"], "ok"),
        (["ok", "warning", "not_judged"], "warning"),
        (["alarm", "warning", "ok"], "alarm"),
    ],
)
def test_level_of_a_run_is_that_of_its_worst_check(levels, expected):
    """What could not be judged makes nothing worse."""
    assert worst([Level(level) for level in levels]) == expected


@pytest.mark.parametrize(
    ("unit", "value", "english", "korean"),
    [
        (Unit.COUNT, 1234.0, "1,234", "1,234"),
        (Unit.PERCENT, 12.34, "12.3%", "12.3%"),
        (Unit.PERCENT, 0.0, "0%", "0%"),
        (Unit.PERCENT, 0.01, "<0.1%", "0.1% 미만"),
        (Unit.HOURS, 26.04, "26 h", "26시간"),
        (Unit.NUMBER, 0.012345, "0.0123", "0.0123"),
        (Unit.NUMBER, 999.7, "1,000", "1,000"),
        (Unit.NUMBER, 1234.5, "1,234", "1,234"),
    ],
)
def test_values_are_told_in_their_unit(unit, value, english, korean):
    """Nobody reads ten digits, and what is not nothing is not told as nothing."""
    assert unit.told(value, Language.EN) == english
    assert unit.told(value, Language.KO) == korean
