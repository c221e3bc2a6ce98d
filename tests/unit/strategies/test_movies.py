import json
from functools import cache
from math import isnan
from random import Random

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from strategies.movies import (
    ABSENT,
    ERRORS,
    MUTATIONS,
    ODDITIES,
    PLAIN,
    RUN_DATE,
    bad_records,
    batches,
    changed,
    garbage,
    movies,
    mutated,
    spoilt_movies,
    spotless_movies,
)
from support import examples

from tmdb_pipeline.quality.batches.validator import validate
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, RULES, RULES_BY_ID, Severity
from tmdb_pipeline.quality.rules.field_rules import PAIRS

TODAY = RUN_DATE.isoformat()

SIGNS = {
    "no overview": lambda movie: movie.get("overview") == "" and movie.get("title") == PLAIN["title"],
    "no translation": lambda movie: (
        movie.get("overview") == "" and movie.get("title") == movie.get("original_title") < "가"
    ),
    "no poster": lambda movie: movie.get("poster_path") is None,
    "no backdrop": lambda movie: movie.get("backdrop_path") is None,
    "no genre": lambda movie: movie.get("genre_ids") == [],
    "no genre, as an object": lambda movie: movie.get("genre_ids") == {},
    "value not known": lambda movie: (
        None
        in map(
            movie.get, sorted(KNOWN_FIELDS - {"release_date", "softcore", "media_type", "poster_path", "backdrop_path"})
        )
    ),
    "blank overview": lambda movie: (movie.get("overview") or "").isspace(),
    "blank original title": lambda movie: movie.get("original_title") == "\u200b",
    "no release date": lambda movie: movie.get("release_date") == "",
    "release date absent": lambda movie: "release_date" not in movie,
    "not out yet": lambda movie: movie.get("release_date", "") > TODAY and movie.get("vote_count") == 0,
    "seen early": lambda movie: movie.get("release_date", "") > TODAY and movie.get("vote_count"),
    "no votes": lambda movie: movie.get("vote_count") == 0 == movie.get("vote_average"),
    "one vote": lambda movie: movie.get("vote_count") == 1 and movie.get("vote_average") == 10,
    "ints for floats": lambda movie: type(movie.get("popularity")) is int and type(movie.get("vote_average")) is int,
    "unpopular": lambda movie: movie.get("popularity") == 0,
    "popularity before 2025": lambda movie: (movie.get("popularity") or 0) > 1000,
    "popularity unrounded": lambda movie: len(str(movie.get("popularity"))) > 12,
    "language of its own": lambda movie: movie.get("original_language") in {"cn", "xx"},
    "adult": lambda movie: movie.get("adult"),
    "video": lambda movie: movie.get("video"),
    "softcore": lambda movie: movie.get("softcore"),
    "before softcore": lambda movie: "softcore" not in movie,
    "softcore not known": lambda movie: movie.get("softcore", False) is None,
    "trending": lambda movie: movie.get("media_type") == "movie",
    "new field": lambda movie: movie.keys() - KNOWN_FIELDS,
}
"""How to see in a record each thing that was seen in TMDB's, said here a second time on purpose."""


@cache
def sample(strategy, size):
    """What the strategy draws, many times over."""
    found = []

    @settings(max_examples=size, phases=[Phase.generate])
    @given(strategy())
    def draw(value):
        found.append(value)

    draw()
    return found


def severities(record):
    return {violation.rule.severity for violation in check_record(record, RUN_DATE)}


def differing(one, other):
    """The fields in which two records differ, type and all: false is not 0."""
    return {
        field for field in one.keys() | other.keys() if repr(one.get(field, ABSENT)) != repr(other.get(field, ABSENT))
    }


def containers(value):
    """The identities of all that can be changed in a value."""
    return [id(part) for part in parts(value) if isinstance(part, dict | list)]


def parts(value):
    """A value and all that it holds."""
    yield value
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from parts(part)


# What TMDB sends


@given(spotless_movies())
def test_spotless_movies_break_nothing(movie):
    """A spotless record breaks no rule, not even a warning."""
    assert check_record(movie, RUN_DATE) == ()


@given(movies())
def test_what_tmdb_really_sends_is_no_error(movie):
    """No oddity of TMDB's, alone or with others, is an error, and each can be read back from JSON as it was."""
    assert Severity.ERROR not in severities(movie)
    assert validate([movie], on=RUN_DATE).accepted == [movie]
    assert json.loads(json.dumps(movie)) == movie


def test_every_known_oddity_is_in_the_table():
    """The oddities are exactly those that were seen in TMDB's answers."""
    assert ODDITIES.keys() == SIGNS.keys()


@pytest.mark.parametrize("oddity", SIGNS)
def test_every_oddity_is_really_drawn(oddity):
    """Among movies each oddity turns up, and it is what makes the sign show: a plain record does not show it."""
    assert any(map(SIGNS[oddity], sample(movies, 400)))
    assert not SIGNS[oddity](PLAIN)


@given(spotless_movies(), st.sampled_from(sorted(ODDITIES)), st.data())
def test_an_oddity_shows_its_own_sign(movie, oddity, data):
    """Whatever record it is put on, an oddity makes the record odd in the way that its name says."""
    odd = changed(movie | {"title": PLAIN["title"]}, data.draw(ODDITIES[oddity]))

    assert SIGNS[oddity](odd)


# What is broken


def test_every_rule_of_a_record_has_a_mutation():
    """Only the rules that no change of fields can break have no mutation, and no mutation is of another rule."""
    assert {rule.id for rule in RULES} ^ MUTATIONS.keys() == {"record.type", "id.duplicate"}


def test_errors_are_those_of_the_catalogue():
    """The mutations that make a record bad are those of the rules that are errors."""
    assert set(ERRORS) == {rule_id for rule_id in MUTATIONS if RULES_BY_ID[rule_id].severity is Severity.ERROR}


@given(spotless_movies(), st.data())
def test_a_mutation_changes_only_the_field_that_it_names(movie, data):
    """A mutated record is the given one but for one field: that of the rule, or of a pair the one that spoils it."""
    record, rule_id = data.draw(mutated(movie))

    (field,) = differing(movie, record)
    of_a_pair = {name for pair in PAIRS for name in pair.fields if RULES_BY_ID[rule_id] in pair.rules}
    in_any = rule_id == "record.unstorable"  # in any text, or in a new field
    assert in_any or field in (of_a_pair or {rule_id.partition(".")[0]})


@given(mutated())
def test_a_mutated_record_breaks_the_rule_that_is_said_and_no_other(drawn):
    """The id that comes with a mutated record is of the one rule that it breaks."""
    record, rule_id = drawn

    assert {violation.rule.id for violation in check_record(record, RUN_DATE)} == {rule_id}


def test_every_mutation_is_really_drawn():
    """Among mutated records each rule is broken now and then."""
    assert {rule_id for _, rule_id in sample(lambda: mutated(PLAIN), 500)} == MUTATIONS.keys()


@given(mutated(rule_ids=ERRORS))
def test_mutated_takes_the_rules_it_is_given(drawn):
    """A record mutated by the errors alone breaks one of them."""
    assert drawn[1] in ERRORS


@given(bad_records())
def test_bad_records_are_in_error(record):
    """A bad record has at least one error."""
    assert Severity.ERROR in severities(record)


@pytest.mark.parametrize(
    "wanted",
    [
        lambda value: isinstance(value, dict) and "id" in value,
        lambda value: isinstance(value, str) and not value.isascii(),
        lambda value: isinstance(value, int) and value.bit_length() > 1000,
        lambda value: isinstance(value, list) and any(isinstance(item, dict) for item in value),
        lambda value: isinstance(value, float) and isnan(value),
        lambda value: isinstance(value, bytes),
    ],
    ids=["a field we know", "a text", "a huge number", "an object in a list", "NaN", "a foreign object"],
)
def test_garbage_is_of_every_kind(wanted):
    """Among garbage there is everything that has gone wrong somewhere."""
    assert any(wanted(part) for value in sample(garbage, 300) for part in parts(value))


@pytest.mark.parametrize("good", [True, False])
def test_spoilt_movies_are_good_or_bad(good):
    """Garbage in a field that nobody knows leaves a record good, in most others it does not."""
    spoilt = [movie for movie in sample(spoilt_movies, 100) if differing(movie, PLAIN)]

    assert any((Severity.ERROR not in severities(movie)) == good for movie in spoilt)


# Batches


@given(batches())
@examples(20)
def test_batches_are_never_empty(batch):
    """A batch holds at least one record."""
    assert batch


@pytest.mark.parametrize(
    "wanted",
    [
        lambda validation: validation.passed == validation.total > 2,
        lambda validation: validation.passed == 0,
        lambda validation: validation.duplicates,
        lambda validation: validation.counts["record.type"] and validation.accepted,
        lambda validation: validation.drift.unknown_fields,
    ],
    ids=["all good", "all bad", "duplicates", "no objects", "drift"],
)
def test_batches_are_of_every_kind(wanted):
    """Among batches there are good and bad ones, such with copies, with things that are no records, and with drift."""
    assert any(wanted(validate(batch, on=RUN_DATE)) for batch in sample(batches, 400))


# What holds of all


@given(st.tuples(*[spotless_movies() | movies() | mutated().map(lambda drawn: drawn[0])] * 2))
def test_records_share_nothing(pair):
    """Whoever changes a drawn record, or a list in it, changes no other record, drawn or not."""
    one, other = pair

    assert set(containers(one)).isdisjoint(containers(other) + containers(PLAIN))


@given(batches())
def test_records_of_a_batch_share_nothing(batch):
    """A copy in a batch is equal to another record but is not that record."""
    held = containers(batch)

    assert len(held) == len(set(held))


@given(spotless_movies(), st.data())
@examples(20)
def test_mutating_leaves_the_given_record_alone(movie, data):
    """The record that is given to be mutated stays as it is, and shares nothing with the mutated one."""
    before = changed(movie, {})

    record, _ = data.draw(mutated(movie))

    assert movie == before
    assert set(containers(record)).isdisjoint(containers(movie))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        (spotless_movies, PLAIN),
        (movies, PLAIN),
        (mutated, (changed(PLAIN, {"adult": ABSENT}), "adult.missing")),
        (bad_records, changed(PLAIN, {"adult": "8.1"})),
        (batches, [PLAIN]),
        (spoilt_movies, PLAIN),
        (garbage, None),
    ],
)
def test_the_simplest_of_each_is_readable(strategy, expected):
    """The simplest, which is drawn first and which failures shrink towards, is a plain record or nothing at all."""
    assert sample(strategy, 1) == [expected]


def test_a_failure_shows_no_more_than_it_needs():
    """A record shrinks to the plain one but for the field that matters."""
    quickly = settings(max_examples=200, phases=[Phase.generate, Phase.shrink])

    found = find(movies(), lambda movie: movie["poster_path"] is None, settings=quickly, random=Random(0))

    assert found == PLAIN | {"poster_path": None}
