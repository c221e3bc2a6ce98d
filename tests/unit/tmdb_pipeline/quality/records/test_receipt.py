from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.quality.records.receipt import day_at, days_of_receipt

DAYS = st.lists(st.sampled_from([date(2024, 1, 7), date(2026, 1, 1)]), min_size=1, max_size=4)


@given(DAYS)
def test_each_record_has_its_own_day(days):
    """A sequence gives each record its day; where all days are the same it is the same as the one day."""
    received = days_of_receipt(days, len(days))

    assert [day_at(received, index) for index in range(len(days))] == days
    assert (received == days[0]) == (len(set(days)) == 1)


def test_one_day_is_the_day_of_all():
    """A single day holds for every record."""
    assert [day_at(days_of_receipt(date(2026, 1, 1), 3), index) for index in range(3)] == [date(2026, 1, 1)] * 3


def test_no_record_has_no_day():
    """A batch without records needs no day."""
    assert days_of_receipt([], 0) == ()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_days_must_be_as_many_as_records(count):
    """Days of another batch are refused in a message that holds both numbers."""
    with pytest.raises(
        ValueError, match=rf"^There are 2 days of receipt for {count} records; give one day for all, or one for each\.$"
    ):
        days_of_receipt([date(2026, 1, 1)] * 2, count)


@pytest.mark.parametrize("many", [False, True])
def test_a_moment_is_no_day(many):
    """A datetime is refused, alone or among days, because its day depends on a zone."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)

    with pytest.raises(TypeError, match=r"must be a calendar day, not a datetime; take its day in Asia/Seoul first\.$"):
        days_of_receipt([moment.date() + timedelta(1), moment] if many else moment, 2)
