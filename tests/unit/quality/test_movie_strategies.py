import json

from hypothesis import given
from unit.quality.movie_strategies import (
    ERRORS,
    MUTATIONS,
    ODDITIES,
    RUN_DATE,
    bad_records,
    batches,
    movies,
    mutated,
    spotless_movies,
)

from tmdb_pipeline.quality.record_check import check_record
from tmdb_pipeline.quality.rules import RULES, RULES_BY_ID, Severity


def severities(record):
    return {violation.rule.severity for violation in check_record(record, RUN_DATE)}


@given(spotless_movies())
def test_spotless_movies_break_nothing(movie):
    """A spotless record breaks no rule, not even a warning."""
    assert check_record(movie, RUN_DATE) == ()


@given(movies())
def test_what_tmdb_really_sends_is_no_error(movie):
    """No oddity of TMDB's, alone or with others, is an error, and each can be read back from JSON as it was."""
    assert Severity.ERROR not in severities(movie)
    assert json.loads(json.dumps(movie)) == movie


def test_every_rule_of_a_record_has_a_mutation():
    """Only the rules that no change of fields can break have no mutation."""
    assert {rule.id for rule in RULES} - MUTATIONS.keys() == {"record.type", "id.duplicate"}
    assert set(ERRORS) == {rule_id for rule_id in MUTATIONS if RULES_BY_ID[rule_id].severity is Severity.ERROR}
    assert ODDITIES


@given(mutated(ERRORS))
def test_mutated_takes_the_rules_it_is_given(drawn):
    """A record mutated by the errors alone is in error."""
    record, rule_id = drawn

    assert rule_id in ERRORS
    assert Severity.ERROR in severities(record)


@given(bad_records())
def test_bad_records_are_in_error(record):
    """A bad record has at least one error."""
    assert Severity.ERROR in severities(record)


@given(batches())
def test_batches_are_never_empty(batch):
    """A batch holds at least one record."""
    assert batch
