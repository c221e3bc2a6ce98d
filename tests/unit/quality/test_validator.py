import json
from collections import Counter
from datetime import UTC, date, datetime

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from unit.quality.movie_strategies import RUN_DATE, bad_records, batches, changed, movies, spotless_movies

from tmdb_pipeline.quality.json_values import tagged
from tmdb_pipeline.quality.rules import RULES
from tmdb_pipeline.quality.validator import EmptyBatch, validate


def checked(batch):
    return validate(batch, on=RUN_DATE)


def as_multiset(records):
    return Counter(orjson.dumps(tagged(record), option=orjson.OPT_SORT_KEYS) for record in records)


@pytest.mark.parametrize("nothing", [[], ()])
def test_an_empty_batch_is_refused(nothing):
    """Nothing is not good: an empty batch is refused in one sentence that says where to look."""
    with pytest.raises(EmptyBatch, match=r"nothing to validate.*check that the collection.*\.$"):
        checked(nothing)


def test_an_empty_batch_is_a_value_error():
    """Whoever catches ValueError catches this too."""
    assert issubclass(EmptyBatch, ValueError)


def test_a_moment_is_no_run_date():
    """A datetime is refused, because its day depends on a zone."""
    with pytest.raises(TypeError, match="calendar day, not a datetime"):
        validate([{}], on=datetime(2026, 1, 1, tzinfo=UTC))


@given(batches())
def test_records_in_are_accepted_or_rejected(batch):
    """Every record is accepted or rejected, none is both, none is lost, and none is changed."""
    before = as_multiset(batch)

    validation = checked(batch)

    rejected = [rejection.index for rejection in validation.rejected]
    assert rejected == sorted(rejected)
    assert sorted([*validation.accepted_indexes(), *rejected]) == list(range(len(batch)))
    assert as_multiset([*validation.accepted, *(rejection.record for rejection in validation.rejected)]) == before
    assert validation.total == validation.passed + len(validation.rejected) == len(batch)
    assert all(batch[rejection.index] is rejection.record for rejection in validation.rejected)


@given(st.data())
def test_the_order_of_records_changes_nothing(data):
    """Scores, counts, drift and what is accepted follow from the records alone, not from where they stand."""
    batch = data.draw(batches())
    shuffled = data.draw(st.permutations(batch))

    one, other = checked(batch), checked(shuffled)

    assert one.outcomes == other.outcomes
    assert one.counts == other.counts
    assert one.drift == other.drift
    assert one.overall_score == other.overall_score
    assert one.dimension_scores == other.dimension_scores
    assert one.distribution == other.distribution
    assert one.validation_rate == other.validation_rate
    assert as_multiset(one.accepted) == as_multiset(other.accepted)


@given(batches(), st.lists(bad_records(), min_size=1, max_size=3))
def test_more_bad_records_never_raise_the_score(batch, bad):
    """Adding records in error, and more copies of what is there, leaves the overall score or lowers it."""
    before = checked(batch).overall_score

    assert checked([*batch, *bad]).overall_score <= before
    assert checked([*batch, *batch]).overall_score <= before


@given(batches(), bad_records(), st.data())
def test_a_bad_record_in_the_place_of_another_never_raises_the_score(batch, bad, data):
    """Spoiling any record leaves the overall score or lowers it, duplicates or not."""
    place = data.draw(st.integers(0, len(batch) - 1))

    spoilt = [*batch[:place], bad, *batch[place + 1 :]]

    assert checked(spoilt).overall_score <= checked(batch).overall_score


@given(batches())
def test_scores_stay_in_range(batch):
    """No score leaves 0 to 100, and the overall one is never above any dimension's."""
    validation = checked(batch)

    every = [validation.overall_score, validation.validation_rate, *validation.dimension_scores.values()]
    assert all(0 <= score <= 100 for score in every)
    assert validation.overall_score <= min(every)


@given(batches())
def test_accepted_ids_are_unique(batch):
    """Of each id at most one record is accepted, and at least one if any copy had no error of its own."""
    validation = checked(batch)
    ids = [movie["id"] for movie in validation.accepted]
    only_duplicates = [
        rejection
        for rejection in validation.rejected
        if {v.rule.id for v in rejection.violations if v.rule.severity == "error"} == {"id.duplicate"}
    ]

    assert len(ids) == len(set(ids))
    assert {rejection.record["id"] for rejection in only_duplicates} <= set(ids)


@given(movies(), st.integers(2, 4))
@example({"id": 1}, 2)
def test_copies_of_one_record(movie, times):
    """Of equal records one stays, and the others break the rule on duplicates beside what they broke before."""
    alone = checked([movie])

    validation = checked([movie] * times)

    assert validation.passed == alone.passed
    assert validation.counts["id.duplicate"] == (times - 1) * alone.passed
    assert {rule_id: count for rule_id, count in validation.counts.items() if rule_id != "id.duplicate"} == {
        rule_id: count * times for rule_id, count in alone.counts.items() if rule_id != "id.duplicate"
    }


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"overview": "text"}, {"overview": "", "vote_count": 999}),
        ({"vote_count": 12}, {"vote_count": 9}),
        ({"title": "나"}, {"title": "가"}),
        ({"vote_count": 1}, {"vote_count": "1"}),
    ],
)
@given(movie=spotless_movies(), swap=st.booleans())
def test_the_best_copy_stays(movie, better, worse, swap):
    """The copy with fewer faults stays; of equally good ones the one with more votes; then content decides."""
    pair = [changed(movie, better), changed(movie, worse)]

    validation = checked(pair[::-1] if swap else pair)

    assert validation.accepted == [pair[0]]
    assert len(validation.rejected) == 1


@given(spotless_movies())
def test_a_copy_in_error_is_no_duplicate(movie):
    """A record that is rejected anyway is rejected for its own fault only, and takes nobody's place."""
    validation = checked([changed(movie, {"vote_count": None}), movie])

    assert validation.accepted == [movie]
    assert [v.rule.id for rejection in validation.rejected for v in rejection.violations] == ["vote_count.missing"]


@given(batches())
def test_counts_follow_from_the_outcomes(batch):
    """Each rule's count is at most the batch, rejections and error counts agree, and every rule is listed."""
    validation = checked(batch)

    assert list(validation.counts) == [rule.id for rule in RULES]
    assert sum(validation.outcomes.values()) == len(batch)
    assert min(validation.outcomes.values()) > 0
    for rule in RULES:
        rejected = sum(any(v.rule is rule for v in rejection.violations) for rejection in validation.rejected)
        assert validation.counts[rule.id] >= rejected
        if rule.severity == "error":
            assert validation.counts[rule.id] == rejected


@given(spotless_movies())
def test_drift_is_counted_in_all_records(movie):
    """New and absent fields are counted by name, in rejected records too; media_type may be there or not."""
    plain = {field: value for field, value in movie.items() if field != "media_type"}
    batch = [
        plain,
        changed(plain, {"id": 1_000, "media_type": "movie", "iso": "KR"}),
        changed(plain, {"id": None, "iso": "KR", "새것": 1}),
        {field: value for field, value in plain.items() if field != "softcore"} | {"id": 1_001, 5: 1},
        "no object",
    ]

    drift = checked(batch).drift

    assert drift.unknown_fields == {"iso": 2, "새것": 1, "5": 1}
    assert drift.absent_fields == {"softcore": 1}


@given(spotless_movies())
def test_drift_is_not_punished(movie):
    """A field that nobody knows costs nothing."""
    assert checked([changed(movie, {"brand_new": [1, 2]})]).overall_score == 100


@given(spotless_movies())
def test_huge_and_strange_values_do_not_stop_the_validation(movie):
    """A title of a million characters is good; NaN, huge integers and lone surrogates are rejected, not raised."""
    strange = [float("nan"), 10**5000, "\ud800", float("-inf"), {"a": "\ud800"}, b"\xff", object()]
    batch = [changed(movie, {"id": 1, "title": "별" * 1_000_000})]
    batch += [changed(movie, {"id": 2 + place, "popularity": value}) for place, value in enumerate(strange)]

    validation = checked(batch)

    assert validation.passed == 1
    assert len(validation.rejected) == len(strange)


def test_what_a_json_parser_gives_can_be_validated():
    """Records straight from Python's parser, which lets NaN and lone surrogates pass, are judged and not raised on."""
    record = json.loads('{"id": 1, "title": "\\ud800", "popularity": NaN, "vote_count": 1e400}')

    (rejection,) = validate([record], on=date(2026, 1, 1)).rejected

    assert {"title", "popularity", "vote_count"} <= {violation.field for violation in rejection.violations}
