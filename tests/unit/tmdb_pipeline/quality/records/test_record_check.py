from collections import OrderedDict

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.movies import MUTATIONS, PLAIN, RUN_DATE, changed, movies, mutated, spotless_movies
from support import examples

from tmdb_pipeline.quality.records.record_check import check_record


def broken(record, on=RUN_DATE):
    return [violation.rule.id for violation in check_record(record, on)]


@pytest.mark.parametrize("rule_id", MUTATIONS)
@given(data=st.data())
@examples(15)
def test_each_rule_is_named_for_its_own_mutation(rule_id, data):
    """A record that breaks one rule is said to break that rule and no other, once."""
    record, _ = data.draw(mutated(rule_ids=[rule_id]))

    assert broken(record) == [rule_id]


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(spotless_movies(), max_size=2))
def test_what_is_no_object_is_no_record(record):
    """Any other JSON value breaks record.type and nothing else, even a list of good movies."""
    assert broken(record) == ["record.type"]


def test_a_violation_holds_field_and_value():
    """Whoever reads a violation sees where it is and what was found there."""
    (violation,) = check_record(PLAIN | {"vote_average": "8.1"}, RUN_DATE)

    assert (violation.field, violation.value) == ("vote_average", "8.1")
    assert msgspec.to_builtins(violation.told()) == {
        "rule": "vote_average.type",
        "severity": "error",
        "sentence": "The field vote_average is not a number, so readers and columns of that type cannot take it.",
        "sentence_ko": "vote_average 필드가 숫자가 아니어서 그 타입을 기대하는 프로그램과 컬럼이 받을 수 없습니다.",
        "field": "vote_average",
        "value": '"8.1"',
    }


def test_a_record_that_is_no_object_has_no_field():
    """The violation of a record as a whole names no field."""
    (violation,) = check_record([], RUN_DATE)

    assert violation.told().field is None


def test_each_unstorable_field_is_named():
    """Two texts that cannot be stored are two violations, in the order of the catalogue's fields."""
    record = PLAIN | {"title": "별\ud800", "overview": "a\0b", "new": float("nan")}

    assert [violation.field for violation in check_record(record, RUN_DATE)] == ["title", "overview", "new"]


@given(spotless_movies(), st.lists(st.sampled_from(["id.range", "title.missing", "vote_count.type"]), unique=True))
def test_errors_in_several_fields_are_all_named(movie, rule_ids):
    """One error does not hide another."""
    changes = {"id.range": {"id": -4}, "title.missing": {"title": None}, "vote_count.type": {"vote_count": 1.0}}
    for rule_id in rule_ids:
        movie = changed(movie, changes[rule_id])

    assert set(broken(movie)) == set(rule_ids)


def test_a_number_that_cannot_be_written_is_of_the_wrong_type():
    """A kind of float that is not float itself, as data frames give, is refused: the lake could not write it."""

    class Reading(float):
        __slots__ = ()

    assert broken(PLAIN | {"vote_average": Reading(7)}) == ["vote_average.type"]


@given(movies() | mutated().map(lambda drawn: drawn[0]))
@examples(50)
def test_a_dict_of_another_kind_is_judged_alike(movie):
    """An ordered dict is the same record."""
    assert broken(OrderedDict(movie)) == broken(movie)


@given(movies() | mutated().map(lambda drawn: drawn[0]))
@examples(50)
def test_the_order_of_fields_changes_nothing(movie):
    """TMDB has changed the order of fields before, and trending has its own."""
    assert broken(dict(reversed(movie.items()))) == broken(movie)
