import re

import pytest

from tmdb_pipeline.quality.rules import (
    ERRORS,
    EVERY_RULE,
    QUESTIONS,
    REQUIRED_FIELDS,
    RULES,
    RULES_BY_ID,
    SOFT_FIELDS,
    Dimension,
    Severity,
    rules_in,
)


def test_ids_are_stable_and_unique():
    """An id is written once, as thing and fault, so that reports of different days can be compared."""
    assert len(RULES_BY_ID) == len(RULES)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", rule.id) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_is_one_sentence(rule):
    """A rule says what is wrong in one sentence that a report can show as it is."""
    assert rule.sentence[0].isupper()
    assert rule.sentence.endswith(".")
    assert rule.sentence.count(". ") == 0


def test_an_error_takes_everything_and_a_warning_something():
    """An error costs all points; all warnings together never cost as much, so no accepted record scores 0."""
    weights = {severity: [rule.weight for rule in RULES if rule.severity is severity] for severity in Severity}

    assert set(weights[Severity.ERROR]) == {100}
    assert min(weights[Severity.WARNING]) >= 1
    assert sum(weights[Severity.WARNING]) - 35 < 100, "of the two on votes, the two on images, the four on dates: one"


def test_every_dimension_has_rules_and_a_question():
    """No dimension is scored 100 because nothing was asked."""
    assert {rule.dimension for rule in RULES} == set(Dimension) == set(QUESTIONS)


def test_every_required_field_can_be_missing():
    """Each required field has its rule, and no soft field has one."""
    assert {rule.id for rule in RULES if rule.id.endswith(".missing")} == {
        f"{name}.missing" for name in REQUIRED_FIELDS
    }
    assert SOFT_FIELDS.isdisjoint(REQUIRED_FIELDS)


def test_errors_are_the_outcome_of_all_errors():
    """The constant that decides on rejection holds every error and no warning."""
    assert {rule.severity for rule in rules_in(ERRORS)} == {Severity.ERROR}
    assert {rule.severity for rule in EVERY_RULE if not rule.bit & ERRORS} == {Severity.WARNING, Severity.OMITTED}
