from datetime import UTC, date, datetime

import orjson
import pytest
from quarantines import BAD, GOOD, MOVIES, PAGE, QUARANTINE, RUN, movie, reject, write_page

from tmdb_pipeline.quality.replay.address import Address
from tmdb_pipeline.quality.replay.lookup import find
from tmdb_pipeline.quality.replay.replay import replay


@pytest.fixture
def lake(tmp_path):
    return reject(tmp_path, [GOOD[0], BAD, GOOD[1]])


def replayed(lake, line=1):
    return replay(lake, find(lake, Address(RUN.day, dag_id=RUN.dag_id, line=line)))


def rewrite(lake, **changes):
    lake.write(QUARANTINE, orjson.dumps(orjson.loads(lake.read(QUARANTINE)) | changes) + b"\n")


def test_rejected_record_is_still_rejected(lake):
    """The rules that broke it are asked again, as of the same day."""
    again = replayed(lake)

    assert again.rejects
    assert [violation.told() for violation in again.broken] == again.found.entry.rules
    assert again.sentence == "Today's rules still reject this record, for vote_average.range."
    assert (again.on, again.adult) == (date(2024, 1, 6), "warn")


def test_record_that_the_rules_accept_by_now_is_told(lake):
    """A rule that was mended since, or is no more, no longer rejects it."""
    rewrite(lake, record=movie())

    assert not replayed(lake).rejects
    assert replayed(lake).broken == ()
    assert replayed(lake).sentence == "Today's rules accept this record, which was rejected for vote_average.range."


def test_record_that_other_rules_reject_is_told(lake):
    """What was wrong then and what is wrong today are both named, and warnings are no reason."""
    rewrite(lake, record=movie(title=None, overview=""))

    assert replayed(lake).sentence == (
        "Today's rules still reject this record, for title.missing; it was rejected for vote_average.range."
    )


def test_record_that_names_no_rule_is_told(lake):
    """A line without rules is none of ours, but what today's rules say is said."""
    rewrite(lake, rules=[])

    assert replayed(lake).sentence.endswith("for vote_average.range; it was rejected for nothing that it names.")


def test_described_record_is_not_judged(lake):
    """A description of a record is another record."""
    rewrite(lake, exact=False, record={"id": {"$float": "nan"}})

    assert replayed(lake).broken is None
    assert not replayed(lake).rejects
    assert replayed(lake).sentence == (
        "JSON cannot carry this record, so what stands here only describes it: it cannot be judged again."
    )


@pytest.mark.parametrize(("policy", "rejects"), [("quarantine", True), ("warn", False)])
def test_policy_for_adult_movies_is_that_of_the_run(tmp_path, policy, rejects):
    """A movie that was rejected for being marked as adult is, where only that is a reason."""
    lake = reject(tmp_path, [movie(adult=True, **({} if rejects else {"vote_average": 11.0}))], adult=policy)

    assert replayed(lake).adult == policy
    assert [violation.rule.id for violation in replayed(lake).rejected_for] == [
        "adult.unasked" if rejects else "vote_average.range"
    ]


def test_day_is_known_as_long_as_anything_tells_it(lake):
    """First the validated file says it, then the page by its Date, or by when it came, in Seoul; at last nobody."""
    lake.delete(MOVIES)
    by_page = replayed(lake)
    received = datetime(2024, 1, 4, 15, 0, tzinfo=UTC)
    write_page(lake, [GOOD[0], BAD], date=None, received_at=received)
    by_arrival = replayed(lake)
    lake.delete(PAGE)
    by_nothing = replayed(lake)

    assert (by_page.on, by_page.on_from) == (date(2024, 1, 6), "the day for which its page holds")
    assert by_arrival.on == date(2024, 1, 5)
    assert (by_nothing.on, by_nothing.on_from.partition(",")[0]) == (RUN.day, "the run date")
