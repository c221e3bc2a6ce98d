from datetime import UTC, datetime, timedelta

import pytest

from tmdb_pipeline.ops.times import age, took, when

#: 11:30 on a Friday in Seoul.
NOW = datetime(2026, 11, 27, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - timedelta(hours=9, minutes=30), "today 02:00"),
        (NOW - timedelta(hours=12), "yesterday 23:30"),
        (NOW + timedelta(hours=14, minutes=30), "tomorrow 02:00"),
        (NOW + timedelta(days=2), "Sun 29 Nov 11:30"),
        (NOW - timedelta(days=400), "2025-10-23 11:30"),
        (None, ""),
    ],
)
def test_moments_are_days_in_seoul(moment, said):
    """A day begins there when it is still yesterday in UTC."""
    assert when(moment, NOW) == said


@pytest.mark.parametrize(("seconds", "said"), [(184.2, "3 min 4 s"), (0, "0 s"), (-3, "0 s"), (None, "")])
def test_durations_are_two_units(seconds, said):
    """A clock that went back makes no negative one."""
    assert took(seconds) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=42), "42 s"),
        (timedelta(hours=3, minutes=20, seconds=59), "3 h 20 min"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=49), "2 days"),
        (-timedelta(hours=1), "0 s"),
    ],
)
def test_age_is_told_in_what_matters(ago, said):
    """Of days nobody wants the minutes."""
    assert age(NOW - ago, NOW) == said


def test_what_never_was_has_no_age():
    """It is said."""
    assert age(None, NOW) == "never"
