from collections import Counter, OrderedDict
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies.movies import (
    ABSENT,
    PLAIN,
    RUN_DATE,
    bad_records,
    batches,
    changed,
    movies,
    mutated,
    spotless_movies,
    texts,
)
from support import examples

from tmdb_pipeline.quality.records.quick_check import unsettled
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, RULES_BY_ID, outcome_of


class Sevens(IntEnum):
    SEVEN = 7


class Words(StrEnum):
    WORD = "/word"


class Text(str):
    __slots__ = ()


class Reading(float):
    __slots__ = ()


TRAPS = [
    *(ABSENT, None, True, False, 0, 1, -1, 7, 10, 11, 2**31 - 1, 2**31, 2**64, 10**9, 10**400),
    *(0.0, -0.0, 7.0, 10.0, 10.001, 1e9, 1e10, float("nan"), float("inf"), -1e-9),
    *(
        "",
        " ",
        "\t",
        "\u3000",
        "\u200b",
        "\u3164",
        " \u3164",
        "\ufe0f별",
        "\u2800",
        "\x1f",
        "별",
        "/",
        "/x",
        "x",
        " /x",
        "ko",
        "KO",
        "k",
        "kor",
        "movie",
        "tv",
        "8.1",
    ),
    *("\0", "a\0", "별\0", "/\0", "\ud800", "별\udfff", "/\udfff", "/별", "a\nb"),
    *("2024-02-29", "2023-02-29", "2026-01-01", "2026-01-02", "1870-01-01", "1869-12-31", "20240229", "2024-W01-1"),
    *(
        [],
        [28],
        [28, 28],
        [28.0],
        [True],
        [0],
        [2**31],
        ["28"],
        [None],
        [[28]],
        (28,),
        {28},
        frozenset({28}),
        {},
        {"a": 1},
    ),
    *(b"", b"/x", date(2024, 2, 29), datetime(2024, 2, 29, tzinfo=UTC), Decimal(7), object()),
    *(Sevens.SEVEN, Words.WORD, Text("/x"), Reading(7), [Sevens.SEVEN]),
]
ANYTHING = st.one_of(
    st.sampled_from(TRAPS),
    st.integers(),
    st.floats(),
    texts(),
    st.dates().map(str),
    st.lists(st.integers(-1, 40), max_size=3),
)


def settle(records, on=RUN_DATE):
    ids, outcomes = set(), {}
    left = list(unsettled(records, on, ids, outcomes))
    return left, ids, outcomes


def full_outcome(record, on=RUN_DATE):
    return outcome_of(violation.rule for violation in check_record(record, on))


def assert_equal(record, on=RUN_DATE):
    left, ids, outcomes = settle([record], on)
    if left:
        assert (left, ids, outcomes) == ([0], set(), {})
    else:
        assert outcomes == {full_outcome(record, on): 1}
        assert ids == {record["id"]}


@given(movies(), st.dictionaries(st.sampled_from(sorted(KNOWN_FIELDS)), ANYTHING, max_size=3), st.dates())
def test_what_the_quick_check_settles_it_settles_as_the_full_check_would(movie, change, on):
    """Whatever stands in whatever fields, the quick check agrees with the full one or leaves the record to it."""
    assert_equal(changed(movie, change), on)


@given(mutated())
def test_both_checks_agree_on_every_rule(drawn):
    """No mutation of any rule gets past the quick check."""
    assert_equal(drawn[0])


@pytest.mark.parametrize("field", sorted(KNOWN_FIELDS))
@given(movie=spotless_movies())
@examples(3)
def test_both_checks_agree_on_every_trap(movie, field):
    """Each value that has its own way past a check may stand in any one field of a good record."""
    for value in TRAPS:
        assert_equal(changed(movie, {field: value}))


@pytest.mark.parametrize("keys", [{5: 1}, {"new": float("nan")}, {"new": 1}, {"\ud800": 1}, {b"id": 1}])
def test_both_checks_agree_on_unknown_fields(keys):
    """A field that nobody knows is never settled quickly, so it is always counted as drift."""
    movie = changed(PLAIN, keys)

    assert settle([movie]) == ([0], set(), {})


@given(st.lists(st.tuples(movies(), st.dates()), min_size=1, max_size=4))
def test_each_record_is_settled_as_of_its_own_day(pairs):
    """Records received on several days are settled each as it would be alone."""
    records, days = map(list, zip(*pairs, strict=True))

    left, ids, outcomes = settle(records, days)

    alone = [settle([record], day) for record, day in pairs]
    assert left == [index for index, (places, _, _) in enumerate(alone) if places]
    assert ids == set().union(*(its for _, its, _ in alone))
    assert Counter(outcomes) == sum((Counter(its) for _, _, its in alone), Counter())


@given(bad_records())
def test_a_bad_record_is_never_settled(record):
    """Only the full check, which can name the rule, finds an error."""
    assert settle([record]) == ([0], set(), {})


@given(movies())
@examples(20)
def test_other_mappings_are_left_to_the_full_check(movie):
    """A record that is no plain dict is not settled."""
    assert settle([OrderedDict(movie), MappingProxyType(movie)])[0] == [0, 1]


@given(spotless_movies(), st.sets(st.sampled_from(["overview", "poster_path", "backdrop_path"])))
def test_the_common_record_is_settled(movie, lacking):
    """Good records in plain letters are settled even where a text or an image lacks; that is what makes it quick."""
    plain = {"title": "별 Star", "original_title": "별 Star"}
    lacks = {"overview": "", "poster_path": None, "backdrop_path": None}
    record = changed(movie, plain | {field: lacks[field] for field in lacking})

    left, _, outcomes = settle([record])

    assert left == []
    assert outcomes == {outcome_of(RULES_BY_ID[f"{field}.empty"] for field in lacking): 1}


@given(batches())
def test_each_record_is_settled_or_given_back(batch):
    """Every record is counted as settled or its place is given, in ascending order, and none is both."""
    left, ids, outcomes = settle(batch)

    assert sum(outcomes.values()) + len(left) == len(batch)
    assert left == sorted(set(left))
    assert ids == {record["id"] for index, record in enumerate(batch) if index not in left}
