from collections import Counter, OrderedDict, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType

import orjson
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

from tmdb_pipeline.language import Said
from tmdb_pipeline.quality.records.compiler import UNKNOWN, compile_checks
from tmdb_pipeline.quality.records.record_check import CHECKS, check_record
from tmdb_pipeline.quality.rules.catalogue import KNOWN_FIELDS, RULES_BY_ID, Dimension, mask_of
from tmdb_pipeline.quality.rules.condition import when
from tmdb_pipeline.quality.rules.field import Check, Field, Pair
from tmdb_pipeline.quality.rules.field_rules import FIELDS, PAIRS
from tmdb_pipeline.quality.rules.rule import error, warning


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


def settle(records, on=RUN_DATE, checks=CHECKS):
    """What the fast check leaves, with the masks that it knows, the ids that it has seen, and the masks it counted."""
    ids, counts = set(), defaultdict(int)
    left = checks.fast(records, on, ids, counts)
    return left, ids, dict(counts)


def full_mask(record, on=RUN_DATE):
    return mask_of(violation.rule for violation in check_record(record, on))


def assert_equal(record, on=RUN_DATE):
    """The fast check counts what the full check finds, or leaves the record to it, with the same mask or none."""
    left, ids, counts = settle([record], on)
    if left:
        ((index, mask),) = left
        assert (index, ids, counts) == (0, set(), {})
        assert mask in {UNKNOWN, full_mask(record, on)}
        assert check_record(record, on, "warn", mask) == check_record(record, on)
    else:
        assert counts == {full_mask(record, on): 1}
        assert ids == {record["id"]}


@given(movies(), st.dictionaries(st.sampled_from(sorted(KNOWN_FIELDS)), ANYTHING, max_size=3), st.dates())
def test_what_the_fast_check_settles_it_settles_as_the_full_check_would(movie, change, on):
    """Whatever stands in whatever fields, the fast check agrees with the full one or leaves the record to it."""
    assert_equal(changed(movie, change), on)


@given(mutated())
def test_both_checks_agree_on_every_rule(drawn):
    """No mutation of any rule gets past the fast check."""
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
    """A field that nobody knows is never settled fast, so it is always counted as drift."""
    movie = changed(PLAIN, keys)

    assert settle([movie]) == ([(0, UNKNOWN)], set(), {})


@given(st.lists(st.tuples(movies(), st.dates()), min_size=1, max_size=4))
def test_each_record_is_settled_as_of_its_own_day(pairs):
    """Records received on several days are settled each as it would be alone."""
    records, days = map(list, zip(*pairs, strict=True))

    left, ids, mask_counts = settle(records, days)

    alone = [settle([record], day) for record, day in pairs]
    assert left == [(index, mask) for index, (places, _, _) in enumerate(alone) for _, mask in places]
    assert ids == set().union(*(its for _, its, _ in alone))
    assert Counter(mask_counts) == sum((Counter(its) for _, _, its in alone), Counter())


@given(bad_records())
def test_a_bad_record_is_never_settled(record):
    """Only the full check, which can name the rule, finds an error."""
    left, ids, counts = settle([record])

    assert ([index for index, _ in left], ids, counts) == ([0], set(), {})


@given(movies())
@examples(20)
def test_other_mappings_are_left_to_the_full_check(movie):
    """A record that is no plain dict is not settled."""
    assert settle([OrderedDict(movie), MappingProxyType(movie)])[0] == [(0, UNKNOWN), (1, UNKNOWN)]


@given(spotless_movies(), st.sets(st.sampled_from(["overview", "poster_path", "backdrop_path"])))
def test_the_common_record_is_settled(movie, lacking):
    """Good records in plain letters are settled even where a text or an image lacks; that is what makes it fast."""
    plain = {"title": "별 Star", "original_title": "별 Star"}
    lacks = {"overview": "", "poster_path": None, "backdrop_path": None}
    record = changed(movie, plain | {field: lacks[field] for field in lacking})

    left, _, mask_counts = settle([record])

    assert left == []
    assert mask_counts == {mask_of(RULES_BY_ID[f"{field}.empty"] for field in lacking): 1}


@given(batches())
def test_each_record_is_settled_or_given_back(batch):
    """Every record is counted as settled or its place is given, in ascending order, and none is both."""
    left, ids, mask_counts = settle(batch)

    places = [index for index, _ in left]
    assert sum(mask_counts.values()) + len(places) == len(batch)
    assert places == sorted(set(places))
    assert ids == {record["id"] for index, record in enumerate(batch) if index not in places}


TOY = warning("title.toy", Dimension.VALIDITY, 1, Said("The title speaks of a toy.", "제목에 장난감이 나옵니다."))
TOY_ERROR = error("runtime.odd", Dimension.VALIDITY, Said("The runtime is odd.", "상영 시간이 홀수입니다."))


def with_check(name, check):
    """The declared fields, one of them with one more check, and what is compiled of them."""
    fields = [replace(field, checks=(*field.checks, check)) if field.name == name else field for field in FIELDS]
    return compile_checks(fields, PAIRS)


@pytest.mark.parametrize(
    "condition",
    [
        when("'toy' in value"),
        when("speaks_of_toys(value)", speaks_of_toys=lambda title: "toy" in title),
        when("value.index('toy') >= 0 or 1 / 0", or_raises=ZeroDivisionError),
        when("{'toy': 1}[value[-3:]]"),  # raises what nobody has announced wherever it is not broken
    ],
    ids=["an expression", "a function", "one that may raise", "one that raises"],
)
def test_rule_that_is_added_is_asked_by_both(condition):
    """A rule that is declared at a field is found by the fast check too, whatever form its condition has."""
    checks = with_check("title", Check(TOY, condition))

    left, _, counts = settle([PLAIN | {"title": "a toy"}], checks=checks)

    assert (left, counts) == ([], {TOY.bit: 1})
    assert [found.rule for found in checks.full(PLAIN | {"title": "a toy"}, RUN_DATE, UNKNOWN)] == [TOY]


def test_error_that_is_added_is_left_to_the_full_check():
    """A record that breaks an added error is not settled, and its mask is known."""
    checks = with_check("vote_count", Check(TOY_ERROR, when("value % 2")))

    assert settle([PLAIN | {"vote_count": 9}], checks=checks)[0] == [(0, TOY_ERROR.bit)]
    assert settle([PLAIN | {"vote_count": 8}], checks=checks)[0] == []


def test_field_that_is_added_is_asked_by_both():
    """A record without an added field is not settled, one that has it is, and its rules are asked of it."""
    runtime = Field("runtime", (Check(TOY_ERROR, when("value % 2")),))
    checks = compile_checks((*FIELDS, runtime), PAIRS)

    assert settle([PLAIN], checks=checks)[0] == [(0, UNKNOWN)]
    assert settle([PLAIN | {"runtime": 90}], checks=checks)[0] == []
    assert settle([PLAIN | {"runtime": 91}], checks=checks)[0] == [(0, TOY_ERROR.bit)]


def test_optional_field_that_is_absent_is_asked_as_none():
    """A rule of a field that TMDB may leave out is asked where it is left out, too."""
    checks = with_check("media_type", Check(TOY, when("value is None")))

    assert settle([PLAIN, PLAIN | {"media_type": "movie"}], checks=checks)[2] == {TOY.bit: 1, 0: 1}


def test_pair_that_is_added_is_asked_where_both_fields_are_good():
    """Two fields are compared by both checks, and only if neither breaks a rule of its own."""
    pair = Pair(("title", "original_title"), (Check(TOY, when("title == original_title")),))
    checks = compile_checks(FIELDS, (*PAIRS, pair))
    same, blank = PLAIN | {"original_title": PLAIN["title"]}, PLAIN | {"title": "", "original_title": ""}

    assert settle([same], checks=checks)[2] == {TOY.bit: 1}
    assert [found.rule for found in checks.full(same, RUN_DATE, UNKNOWN)] == [TOY]
    assert [found.rule.id for found in checks.full(blank, RUN_DATE, UNKNOWN)] == ["title.blank", "original_title.blank"]


def test_condition_that_raises_without_notice_is_not_hidden():
    """Where the fast check meets an error that no condition announces, the full check raises it."""
    checks = with_check("title", Check(TOY, when("1 / 0")))

    assert settle([PLAIN], checks=checks)[0] == [(0, UNKNOWN)]
    with pytest.raises(ZeroDivisionError):
        checks.full(PLAIN, RUN_DATE, UNKNOWN)


def test_names_of_conditions_do_not_meet():
    """Two conditions may call different things by one name, even by that of a builtin or of a field."""
    both = [Check(TOY, when("len(value)", len=lambda title: title == "toy")), Check(TOY, when("len(value)", len=len))]
    fields = [replace(field, checks=(*field.checks, *both)) if field.name == "title" else field for field in FIELDS]

    assert settle([PLAIN], checks=compile_checks(fields, PAIRS))[2] == {TOY.bit: 1}


def test_source_can_be_read():
    """What is compiled can be read, with limits written out and a variable for each field."""
    assert "elif not 1 <= id_ <= 2147483647:" in CHECKS.source
    assert max(map(len, CHECKS.source.splitlines())) < 250


def test_keys_of_another_parser_are_found():
    """The fast check reads by the key objects that a batch has; records with other ones are read all the same."""
    parsed = orjson.loads(orjson.dumps(PLAIN))
    other = {"".join([*key]): value for key, value in PLAIN.items()}

    for batch in ([parsed, other], [other, parsed], [{}, parsed], [None, other]):
        records = [record for record in batch if record]
        assert sum(settle(batch)[2].values()) == len(records)
