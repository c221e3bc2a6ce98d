import re

import pytest
from readers import foreign

from tmdb_pipeline.language import Language
from tmdb_pipeline.quality.rules.catalogue import (
    DIMENSIONS,
    ERRORS,
    EVERY_RULE,
    KNOWN_FIELDS,
    QUESTIONS,
    REQUIRED_FIELDS,
    RULES,
    RULES_BY_ID,
    SOFT_FIELDS,
    STRICT,
    Dimension,
    Severity,
    rules_in,
)
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS


def test_ids_are_stable_and_unique():
    """An id is written once, as thing and fault, so that reports of different days can be compared."""
    assert len(RULES_BY_ID) == len(RULES)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", rule.id) for rule in RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_is_one_message(rule):
    """A rule says what is wrong in one message that a report can show as it is."""
    assert rule.said.en[0].isupper()
    assert rule.said.en.endswith(".")
    assert rule.said.en.count(". ") == 0


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_says_it_in_korean_too(rule):
    """The Korean message is a whole sentence in Korean letters and the polite form that the project writes in."""
    assert foreign(rule.said.ko, Language.KO) == foreign(rule.said.en, Language.EN) == []
    assert rule.said.ko.endswith((".", ")."))
    assert re.search(r"(니다|값\)|객체\))\.$", rule.said.ko)


def test_messages_tell_the_rules_apart():
    """No two rules say the same, in either language."""
    assert len({rule.said.en for rule in RULES}) == len({rule.said.ko for rule in RULES}) == len(RULES)


def test_an_error_takes_everything_a_warning_something_a_copy_nothing():
    """An error costs all points, a warning some, and to be left out as a copy none."""
    weights = {severity: [rule.weight for rule in RULES if rule.severity is severity] for severity in Severity}

    assert set(weights[Severity.ERROR]) == {100}
    assert min(weights[Severity.WARNING]) >= 1
    assert weights[Severity.OMITTED] == [0]


def test_no_accepted_record_scores_0():
    """All warnings that one record can break together cost less than an error."""

    def dearest(rules):
        return max((rule.weight for rule in rules if rule.severity is Severity.WARNING), default=0)

    # Of one field at most one rule is broken, and a pair is asked only where both of its fields break none.
    fields = {field.name: dearest(field.rules) for field in FIELDS}
    beyond = [max(0, dearest(pair.rules) - min(map(fields.__getitem__, pair.fields))) for pair in PAIRS]

    assert sum(fields.values()) + sum(beyond) < 100


def test_every_dimension_has_rules_and_a_question():
    """No dimension is scored 100 because nothing was asked."""
    assert {rule.dimension for rule in RULES} == set(Dimension) == set(DIMENSIONS) == set(QUESTIONS)


def test_only_what_identifies_and_shows_a_movie_is_required():
    """Without an id nobody knows which movie it is, without a title nobody can show it; all else may be missing."""
    missing = {rule.id for rule in RULES if rule.id.endswith(".missing") and rule.severity is Severity.ERROR}

    assert missing == {"id.missing", "title.missing"}
    assert set(REQUIRED_FIELDS) == {"id", "title"}
    assert KNOWN_FIELDS - {"id", "title", "media_type"} == SOFT_FIELDS


def test_a_strict_rule_is_the_same_rule_as_an_error():
    """What a policy makes of a rule keeps its id and messages, costs everything, and is told apart by its bit."""
    assert {rule.id for rule in STRICT} == {"adult.unasked", "softcore.unasked"}
    for rule, twin in STRICT.items():
        assert (twin.id, twin.said) == (rule.id, rule.said)
        assert (rule.severity, twin.severity, twin.weight) == (Severity.WARNING, Severity.ERROR, 100)
    assert len({rule.bit for rule in EVERY_RULE}) == len(EVERY_RULE) == len(RULES) + len(STRICT)


def test_errors_are_the_mask_of_all_errors():
    """The constant that decides on rejection holds every error and no warning."""
    assert {rule.severity for rule in rules_in(ERRORS)} == {Severity.ERROR}
    assert {rule.severity for rule in EVERY_RULE if not rule.bit & ERRORS} == {Severity.WARNING, Severity.OMITTED}
