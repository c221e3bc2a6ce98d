from datetime import UTC, datetime, time

import pytest

from tmdb_pipeline.ops.backup.nightly import AT, seconds_until, time_of_day
from tmdb_pipeline.ops.errors import Misused


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 27, 20, 30, tzinfo=UTC), 24),  # 05:30 in Seoul, just now
        (datetime(2026, 11, 27, 19, 30, tzinfo=UTC), 1),
        (datetime(2026, 11, 27, 21, 30, tzinfo=UTC), 23),
        (datetime(2026, 11, 27, 14, 30, tzinfo=UTC), 6),  # of the day before in Seoul
    ],
)
def test_next_night_is_by_the_clock_in_seoul(now, hours):
    """Never now, and never more than a day away."""
    assert seconds_until(time_of_day(AT), now) == hours * 3600


def test_time_of_day_is_read():
    """In hours and minutes."""
    assert time_of_day("23:05") == time(23, 5)


@pytest.mark.parametrize("text", ["", "5:30", "24:00", "05:60", "05:30:00", "half past five"])
def test_what_is_no_time_is_refused(text):
    """By the name of its setting."""
    with pytest.raises(Misused, match=f"^BACKUP_AT={text} is no time of day: set one in Seoul such as 05:30 in .env"):
        time_of_day(text)
