from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.ops.backup.archives.retention import slots

MOMENTS = st.integers(0, 700 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def test_the_last_days_and_weeks_are_kept():
    """A backup a night for ten weeks leaves seven days, and the last night of each of four weeks."""
    nights = [datetime(2026, 9, 21, 4, tzinfo=SEOUL) + timedelta(days=day) for day in range(70)]

    kept = sorted({group[0] for group in slots([(night, night) for night in nights], 7, 4)})

    # The 70th night is a Sunday: the weeks before it end on the Sundays before
    assert nights[-1].weekday() == 6
    assert kept == [nights[-22], nights[-15], nights[-8], *nights[-7:]]


def test_days_are_those_of_seoul():
    """At 23:30 and 00:30 in Seoul it is the same day in UTC, and two days here."""
    late, early = datetime(2026, 11, 28, 14, 30, tzinfo=UTC), datetime(2026, 11, 28, 15, 30, tzinfo=UTC)

    assert slots([(late, "late"), (early, "early")], 2, 0) == [["early"], ["late"]]


@given(st.lists(MOMENTS, min_size=1, unique=True), st.integers(1, 9), st.integers(0, 9))
def test_the_newest_is_always_kept(moments, days, weeks):
    """Whatever was made when, the newest of all stays, and of each day that stays the newest of it."""
    kept = {group[0] for group in slots([(moment, moment) for moment in moments], days, weeks)}

    assert max(moments) in kept
    assert len(kept) <= days + weeks
    for moment in moments:
        day = [other for other in moments if other.astimezone(SEOUL).date() == moment.astimezone(SEOUL).date()]
        assert moment not in kept or moment == max(day)
