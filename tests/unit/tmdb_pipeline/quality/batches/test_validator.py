import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies.movies import (
    ABSENT,
    PLAIN,
    RUN_DATE,
    bad_records,
    batches,
    changed,
    garbage,
    movies,
    spoilt_movies,
    spotless_movies,
)
from support import examples

from tmdb_pipeline.quality.batches import validator
from tmdb_pipeline.quality.batches.validator import EmptyBatch, validate
from tmdb_pipeline.quality.records.compiler import UNKNOWN
from tmdb_pipeline.quality.records.record_check import CHECKS
from tmdb_pipeline.quality.rules.catalogue import RULES
from tmdb_pipeline.quality.values.json_values import is_whole, tagged

ANY_BATCHES = batches() | st.lists(spoilt_movies() | garbage(), min_size=1, max_size=4)


def checked(batch):
    return validate(batch, on=RUN_DATE)


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def as_multiset(records):
    return Counter(orjson.dumps(tagged(record), option=orjson.OPT_SORT_KEYS) for record in records)


@pytest.mark.parametrize("nothing", [[], ()])
def test_an_empty_batch_is_refused(nothing):
    """Nothing is not good: an empty batch is refused in one message that says where to look."""
    with pytest.raises(EmptyBatch, match=r"^There is nothing to validate: .*; check that the collection .*\.$"):
        checked(nothing)


def test_an_empty_batch_is_a_value_error():
    """Whoever catches ValueError catches this too."""
    assert issubclass(EmptyBatch, ValueError)


def test_the_result_knows_the_day_of_receipt():
    """A validation says as of which day it was made."""
    assert checked([PLAIN]).on == RUN_DATE


def test_a_moment_is_no_day_of_receipt():
    """A datetime is refused, because its day depends on a zone."""
    with pytest.raises(
        TypeError, match=r"^The day of receipt must be .* not a datetime; take its day in Asia/Seoul first\.$"
    ):
        validate([{}], on=datetime(2026, 1, 1, tzinfo=UTC))


@given(ANY_BATCHES)
def test_records_in_are_accepted_or_rejected_or_duplicates(batch):
    """Whatever comes in, every record is accepted, rejected or a duplicate; none is lost, and none invented."""
    validation = checked(batch)

    accepted = list(validation.accepted_indexes())
    rejected, duplicates = ([found.index for found in part] for part in (validation.rejected, validation.duplicates))
    assert (accepted, rejected, duplicates) == (sorted(accepted), sorted(rejected), sorted(duplicates))
    assert sorted(accepted + rejected + duplicates) == list(range(len(batch)))
    assert validation.received == len(batch) == validation.passed + len(rejected) + len(duplicates)
    assert validation.total == len(batch) - len(duplicates)
    assert list(map(id, validation.accepted)) == [id(batch[index]) for index in accepted]
    assert all(batch[found.index] is found.record for found in (*validation.rejected, *validation.duplicates))


@given(st.data())
def test_each_record_is_judged_as_of_its_own_day(data):
    """A batch received on several days is judged as its parts of one day would be, where no id stands in two."""
    early, late = RUN_DATE - timedelta(days=9000), RUN_DATE
    batch = [
        changed(record, {"id": number}) if isinstance(record, dict) and is_whole(record.get("id")) else record
        for number, record in enumerate(data.draw(ANY_BATCHES), start=1)
    ]
    days = data.draw(st.lists(st.sampled_from([early, late]), min_size=len(batch), max_size=len(batch)))

    validation = validate(batch, on=days)

    parts = [
        validate(part, on=day)
        for day in (early, late)
        if (part := [record for record, its_day in zip(batch, days, strict=True) if its_day == day])
    ]
    assert validation.counts == {rule.id: sum(part.counts[rule.id] for part in parts) for rule in RULES}
    assert validation.passed == sum(part.passed for part in parts)


@pytest.mark.parametrize("received", [date(2024, 1, 7), date(2026, 6, 1)])
def test_votes_are_early_by_the_day_of_receipt(received):
    """A movie is judged by the day on which it was received: what has come out by then has its votes by right."""
    batch = [PLAIN | {"release_date": "2025-05-01"}]

    assert validate(batch, on=received).counts["votes.before_release"] == (received.year == 2024)


def test_days_must_be_as_many_as_records():
    """Days of another batch are refused."""
    with pytest.raises(ValueError, match=r"^There are 3 days of receipt for 1 records"):
        validate([PLAIN], on=[RUN_DATE] * 3)


@given(ANY_BATCHES)
@example([PLAIN | {"adult": True}, PLAIN | {"softcore": True, "id": 1}])
def test_the_policy_moves_adult_movies_to_quarantine_and_nothing_else(batch):
    """Under the strict policy no marked movie is accepted, each is counted by its rule, and no other count changes."""
    # Without copies, for a copy that is not marked may take the place of one that is.
    batch = [
        changed(record, {"id": number}) if isinstance(record, dict) and is_whole(record.get("id")) else record
        for number, record in enumerate(batch, start=1)
    ]
    lax, strict = validate(batch, on=RUN_DATE), validate(batch, on=RUN_DATE, adult="quarantine")

    marked = [movie for movie in lax.accepted if movie.get("adult") is True or movie.get("softcore") is True]
    assert strict.counts == lax.counts
    assert strict.passed == lax.passed - len(marked)
    assert not any(True in (movie.get("adult"), movie.get("softcore")) for movie in strict.accepted)
    assert strict.overall_score <= lax.overall_score


def test_a_policy_that_there_is_not_is_refused():
    """A wrong word is named in a message that says the right ones."""
    with pytest.raises(
        ValueError, match=r"^The policy for adult movies is 'drop'; set it to 'warn' or 'quarantine'\.$"
    ):
        validate([PLAIN], on=RUN_DATE, adult="drop")


def test_a_batch_without_any_popularity_is_not_lost():
    """When TMDB sends null for one field that readers can do without, in every record, all are accepted."""
    batch = [PLAIN | {"id": number, "popularity": None} for number in range(1, 21)]

    validation = checked(batch)

    assert validation.validation_rate == 100
    assert validation.counts["popularity.missing"] == 20


@given(ANY_BATCHES)
@examples(60)
def test_validation_changes_no_record(batch):
    """The batch is the same afterwards, down to the order and the last value."""
    before = orjson.dumps(tagged(batch))

    checked(batch)

    assert orjson.dumps(tagged(batch)) == before


@given(ANY_BATCHES)
@example([PLAIN | {"release_date": "2026-01-02"}])
def test_the_fast_check_changes_nothing(batch):
    """A validation that settles no record fast, but looks at each in full, finds just the same, garbage included."""
    fast = checked(batch)
    with pytest.MonkeyPatch.context() as patch:
        nothing = replace(CHECKS, fast=lambda movies, *_: [(index, UNKNOWN) for index in range(len(movies))])
        patch.setattr(validator, "CHECKS", nothing)
        full = checked(batch)

    assert fast == full


@given(st.data())
def test_the_order_of_records_changes_nothing(data):
    """Scores, counts, drift and what is accepted follow from the records alone, not from where they stand."""
    batch = data.draw(batches())
    shuffled = data.draw(st.permutations(batch))

    one, other = checked(batch), checked(shuffled)

    assert one.mask_counts == other.mask_counts
    assert one.counts == other.counts
    assert one.drift == other.drift
    assert one.overall_score == other.overall_score
    assert one.dimension_scores == other.dimension_scores
    assert one.distribution == other.distribution
    assert one.validation_rate == other.validation_rate
    assert as_multiset(one.accepted) == as_multiset(other.accepted)


@given(batches(), st.lists(bad_records(), min_size=1, max_size=3))
def test_more_bad_records_never_raise_the_score(batch, bad):
    """Adding records in error leaves the overall score and the pass rate or lowers them."""
    before, after = checked(batch), checked([*batch, *bad])

    assert after.overall_score <= before.overall_score
    assert after.validation_rate <= before.validation_rate


@given(batches(), st.data())
def test_copies_cost_nothing(batch, data):
    """More copies of accepted records, equal or worse, change no score and no rate, but are counted."""
    before = checked(batch)
    assume(before.accepted)
    copied = data.draw(st.lists(st.sampled_from(before.accepted), min_size=1, max_size=3))
    worse = [data.draw(st.booleans()) for _ in copied]
    more = [changed(movie, {"poster_path": None} if bad else {}) for movie, bad in zip(copied, worse, strict=True)]

    after = checked(data.draw(st.permutations([*batch, *more])))

    assert as_multiset(after.accepted) == as_multiset(before.accepted)
    assert after.mask_counts == before.mask_counts
    assert after.overall_score == before.overall_score
    assert after.validation_rate == before.validation_rate
    assert after.counts["id.duplicate"] == before.counts["id.duplicate"] + len(more)


@given(batches(), bad_records(), st.data())
def test_a_bad_record_in_the_place_of_another_never_raises_the_score(batch, bad, data):
    """Spoiling any record that counts leaves the overall score or lowers it, duplicates or not."""
    before = checked(batch)
    duplicates = {found.index for found in before.duplicates}
    place = data.draw(st.sampled_from([index for index in range(len(batch)) if index not in duplicates]))

    spoilt = [*batch[:place], bad, *batch[place + 1 :]]

    assert checked(spoilt).overall_score <= before.overall_score


@given(ANY_BATCHES)
def test_scores_stay_in_range(batch):
    """Whatever comes in, no score leaves 0 to 100, and the overall one is never above any dimension's."""
    validation = checked(batch)

    every = [validation.overall_score, validation.validation_rate, *validation.dimension_scores.values()]
    assert all(0 <= score <= 100 for score in every)
    assert validation.overall_score <= min(every)


@given(batches())
def test_accepted_ids_are_unique(batch):
    """Of each id at most one record is accepted, and one if any copy has no error of its own."""
    validation = checked(batch)
    ids = [movie["id"] for movie in validation.accepted]

    assert len(ids) == len(set(ids))
    assert set(ids) == {record["id"] for record in batch if checked([record]).passed}


@given(movies(), st.integers(2, 4))
@example({"id": 1}, 2)
@examples(50)
def test_copies_of_one_record(movie, times):
    """Of equal good records one stays and the others are duplicates, whose warnings are counted once."""
    alone = checked([movie])

    validation = checked([movie] * times)

    assert (validation.passed, validation.received) == (alone.passed, times)
    assert (
        validation.counts == alone.counts | {"id.duplicate": (times - 1) * alone.passed}
        if alone.passed
        else {rule_id: count * times for rule_id, count in alone.counts.items()}
    )


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"overview": "text"}, {"overview": "", "vote_count": 999}),
        ({"vote_count": 12}, {"vote_count": 9}),
        ({"title": "나"}, {"title": "가"}),
    ],
)
@given(movie=spotless_movies(), swap=st.booleans())
@examples(20)
def test_the_best_copy_stays(movie, better, worse, swap):
    """The copy with fewer faults stays; of equally good ones the one with more votes; then content decides."""
    pair = [changed(movie, better), changed(movie, worse)]

    validation = checked(pair[::-1] if swap else pair)

    assert validation.accepted == [pair[0]]
    assert [found.record for found in validation.duplicates] == [pair[1]]
    assert validation.rejected == ()


def test_a_duplicate_is_named_by_its_id():
    """The violation that makes a copy a duplicate holds the id that stands twice, after what else is wrong with it."""
    (duplicate,) = checked([PLAIN | {"overview": ""}, PLAIN]).duplicates

    assert [(violation.rule.id, *violation[1:]) for violation in duplicate.violations] == [
        ("overview.empty", "overview", ""),
        ("id.duplicate", "id", PLAIN["id"]),
    ]


@given(spotless_movies())
@examples(20)
def test_a_copy_in_error_is_no_duplicate(movie):
    """A record that is rejected anyway is rejected for its own fault only, and takes nobody's place."""
    validation = checked([changed(movie, {"title": None}), movie])

    assert validation.accepted == [movie]
    assert validation.duplicates == ()
    assert [v.rule.id for rejection in validation.rejected for v in rejection.violations] == ["title.missing"]


@given(batches())
@examples(50)
def test_counts_follow_from_the_rule_masks(batch):
    """Each rule's count is at most the batch, error counts are those of rejections, and every rule is listed."""
    validation = checked(batch)

    assert list(validation.counts) == [rule.id for rule in RULES]
    assert sum(validation.mask_counts.values()) == validation.total
    assert min(validation.mask_counts.values()) > 0
    for rule in RULES:
        rejected = sum(any(v.rule is rule for v in rejection.violations) for rejection in validation.rejected)
        assert validation.counts[rule.id] >= rejected
        if rule.severity == "error":
            assert validation.counts[rule.id] == rejected


@given(spotless_movies())
@examples(20)
def test_drift_is_counted_in_all_records(movie):
    """New and absent fields are counted by name, in rejected records too; media_type may be there or not."""
    plain = {field: value for field, value in movie.items() if field != "media_type"}
    batch = [
        plain,
        changed(plain, {"id": 1_000, "media_type": "movie", "iso": "KR"}),
        changed(plain, {"id": None, "iso": "KR", "새것": 1}),
        changed(plain, {"id": 1_001, "softcore": ABSENT, 5: 1}),
        changed(plain, {"id": 1_002, "softcore": ABSENT, "video": ABSENT}),
        "no object",
    ]

    drift = checked(batch).drift

    assert drift.unknown_fields == {"iso": 2, "새것": 1, "5": 1}
    assert drift.absent_fields == {"softcore": 2, "video": 1}


@given(st.dictionaries(st.text(), st.none() | st.text() | st.integers(-9, 9)).map(lambda new: PLAIN | new | PLAIN))
@examples(50)
def test_drift_is_not_punished(movie):
    """Fields that nobody knows cost nothing, whatever their names are."""
    assert checked([movie]).overall_score == 100


def test_a_title_may_have_a_million_characters():
    """Length is no fault."""
    assert checked([PLAIN | {"title": "별" * 1_000_000}]).overall_score == 100


@pytest.mark.parametrize(
    "popularity", [0, -0.0, 5e-324, 2.2250738585072014e-308, 1e-7, 306.53999999999996, 999_999_999.9999999, 10**9]
)
def test_tiny_and_large_numbers_are_numbers(popularity):
    """A number counts by its value, however it is written."""
    assert checked([PLAIN | {"popularity": popularity}]).overall_score == 100


UNHOLDABLE = {
    "NaN": float("nan"),
    "infinity": float("-inf"),
    "large": 1e308,
    "65 bits": 2**64,
    "401 digits": 10**400,
    "5001 digits": -(10**5000),
    "a surrogate": "\ud800",
    "a surrogate inside": {"a": "\ud800"},
    "a surrogate as key": {"\ud800": 1},
    "bytes": b"\xff",
    "an object": object(),
    "a deep nest": nested(10_000),
}


@pytest.mark.parametrize("value", UNHOLDABLE)
@pytest.mark.parametrize("field", ["id", "title", "genre_ids", "popularity", "release_date", "media_type"])
def test_what_no_field_can_hold_is_rejected_and_not_raised(field, value):
    """Huge numbers, lone surrogates, foreign objects and nests too deep for any parser make a bad record, no crash."""
    (rejection,) = checked([PLAIN | {field: UNHOLDABLE[value]}]).rejected

    assert [violation.field for violation in rejection.violations] == [field]


@pytest.mark.parametrize("depth", [10_000, 250])
def test_a_new_field_may_nest_as_deep_as_the_lake_can_write(depth):
    """A new field costs nothing until it nests deeper than JSON is written; then its record is rejected."""
    validation = checked([PLAIN | {"new": nested(depth)}])

    assert validation.passed == (depth == 250)
    assert validation.drift.unknown_fields == {"new": 1}


@pytest.mark.parametrize(
    "key", ["\ud800", 5, None, 10**5000, b"id", (1, 2)], ids=["surrogate", "int", "null", "huge", "bytes", "tuple"]
)
def test_a_field_whose_name_json_cannot_carry_is_named_all_the_same(key):
    """A record with such a key is rejected, and the report says in a text that can be written which key it was."""
    validation = checked([PLAIN | {key: 1}])

    (violation,) = validation.rejected[0].violations
    assert violation.rule.id == "record.unstorable"
    assert violation.told().field.isprintable()
    assert len(validation.drift.unknown_fields) == 1


@pytest.mark.parametrize("swap", [False, True])
def test_copies_that_differ_only_far_down_are_settled_by_content(swap):
    """However deep the difference lies, the same one of two copies stays, in whatever order they come."""
    pair = [PLAIN | {"new": [nested(100), 1]}, PLAIN | {"new": [nested(101), 1]}]
    deep = json.dumps(checked(pair).accepted)

    assert json.dumps(checked(pair[::-1] if swap else pair).accepted) == deep


def test_what_a_json_parser_gives_can_be_validated():
    """Records straight from Python's parser, which lets NaN and lone surrogates pass, are judged and not raised on."""
    record = json.loads('{"id": 1, "title": "\\ud800", "popularity": NaN, "vote_count": 1e400}')

    (rejection,) = validate([record], on=date(2026, 1, 1)).rejected

    assert {"title", "popularity", "vote_count"} <= {violation.field for violation in rejection.violations}
