from collections import Counter
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from strategies.movies import (
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

from tmdb_pipeline.quality.batches import copies
from tmdb_pipeline.quality.batches.copies import choose
from tmdb_pipeline.quality.batches.validator import validate
from tmdb_pipeline.quality.records.record_check import check_record
from tmdb_pipeline.quality.rules.catalogue import Severity
from tmdb_pipeline.quality.values.json_values import tagged

BATCHES = batches() | st.lists(spoilt_movies() | garbage(), max_size=4)


def chosen(batch, **given):
    return choose(batch, **({"on": RUN_DATE} | given))


def written(record):
    return orjson.dumps(tagged(record), option=orjson.OPT_SORT_KEYS)


def kept(batch, **given):
    return [batch[index] for index in chosen(batch, **given).kept]


def identity(record):
    """The id of a record as the world means it: a number that is there; said here a second time on purpose."""
    found = record.get("id") if isinstance(record, dict) else None
    return found if type(found) is int else None


def is_good(record):
    return all(violation.rule.severity is not Severity.ERROR for violation in check_record(record, RUN_DATE))


@given(BATCHES)
def test_every_record_is_kept_or_a_copy(batch):
    """Whatever comes in, each record is in one of the two lists, once, and both are ascending."""
    kept, dropped = chosen(batch)

    assert (kept, dropped) == (sorted(kept), sorted(dropped))
    assert sorted(kept + dropped) == list(range(len(batch)))


@given(BATCHES)
def test_each_id_is_kept_once(batch):
    """Of each id exactly one record stays, and without a usable id all do."""
    ids = Counter(map(identity, batch))

    assert Counter(map(identity, kept(batch))) == {found: ids[None] if found is None else 1 for found in ids}


@given(st.data())
def test_order_does_not_change_which_record_is_kept(data):
    """The records that stay are the same ones by content, wherever they stood."""
    batch = data.draw(BATCHES)
    shuffled = data.draw(st.permutations(batch))

    assert Counter(map(written, kept(batch))) == Counter(map(written, kept(shuffled)))


@given(good=movies(), bad=bad_records().filter(lambda record: isinstance(record, dict)), swap=st.booleans())
@example(good=PLAIN, bad=PLAIN | {"title": None}, swap=True)  # "the whole copy is lost to a broken one"
def test_a_bad_copy_never_displaces_a_good_one(good, bad, swap):
    """A record that is quarantined takes nobody's place, whatever else is in it and in whatever order they come."""
    bad["id"] = good["id"]
    assume(not is_good(bad))  # its id was its only fault

    assert kept([bad, good] if swap else [good, bad]) == [good]


@given(BATCHES.filter(bool), st.sampled_from(["warn", "quarantine"]))
def test_the_validator_accepts_the_good_ones_among_the_kept(batch, adult):
    """What is accepted of all records is what is good among those kept here, for whoever asks first."""
    validation = validate(batch, on=RUN_DATE, adult=adult)

    choice = chosen(batch, adult=adult)

    bad = {rejection.index for rejection in validation.rejected}
    assert list(validation.accepted_indexes()) == [index for index in choice.kept if index not in bad]
    assert {duplicate.index for duplicate in validation.duplicates} <= set(choice.copies)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"overview": ""}, {"title": None, "vote_count": 999}),
        ({"overview": "text"}, {"overview": "", "vote_count": 999}),
        ({"vote_count": 12}, {"vote_count": 9}),
        ({"title": "나"}, {"title": "가"}),
        ({"title": None, "vote_count": 12}, {"title": None, "vote_count": 9}),
        ({"title": None, "vote_count": 1}, {"title": None, "vote_count": "many"}),
        ({"title": "나", "adult": 1}, {"title": "가", "adult": 1}),
    ],
)
@given(movie=spotless_movies(), swap=st.booleans())
@examples(20)
def test_the_best_copy_stays(movie, better, worse, swap):
    """Good before bad, then the higher score, then more votes, then content; among bad ones too."""
    pair = [changed(movie, better), changed(movie, worse)]

    assert kept(pair[::-1] if swap else pair) == [pair[0]]


@pytest.mark.parametrize("swap", [False, True])
def test_of_equal_copies_the_one_received_last_stays(swap):
    """What a record breaks depends on the day of receipt, so of equal ones with equal scores the day decides."""
    record = PLAIN | {"release_date": "2036-02-01"}
    days = [RUN_DATE, RUN_DATE + timedelta(days=400)]
    assert len({check_record(record, day)[0].rule.id for day in days}) == 2

    assert chosen([record, record], on=days[::-1] if swap else days).kept == [0 if swap else 1]


def test_only_copies_are_checked(monkeypatch):
    """A record whose id stands once costs no check, so thousands of records are cheap."""
    checked = []
    monkeypatch.setattr(copies, "check_record", lambda record, *_: checked.append(record["id"]) or ())

    chosen([PLAIN | {"id": number} for number in [1, 2, 3, 2, 4]] + ["no record"])

    assert checked == [2, 2]


def test_nothing_is_chosen_from_nothing():
    """A list without records has none to keep."""
    assert chosen([]) == ([], [])


def test_a_policy_decides_between_copies():
    """Where adult movies are quarantined, the copy that is not marked as adult stays, though it lacks more."""
    pair = [PLAIN | {"adult": True}, PLAIN | {"overview": ""}]

    assert chosen(pair).kept == [0]
    assert chosen(pair, adult="quarantine").kept == [1]


def test_days_and_policy_must_fit():
    """What cannot be judged by is refused in a message, even of records without copies."""
    with pytest.raises(ValueError, match=r"There are 2 days of receipt for 1 records"):
        chosen([PLAIN], on=[RUN_DATE] * 2)
    with pytest.raises(TypeError, match=r"The day of receipt must be a calendar day"):
        chosen([PLAIN], on=datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match=r"The policy for adult movies is 'drop'; set it to 'warn' or 'quarantine'\."):
        chosen([PLAIN], adult="drop")
