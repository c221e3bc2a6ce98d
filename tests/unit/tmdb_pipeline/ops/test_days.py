from datetime import UTC, date, datetime

import pytest

from tmdb_pipeline.ops.days import run_date
from tmdb_pipeline.ops.errors import Misused

#: 01:00 of 28 November in Seoul.
NOW = datetime(2026, 11, 27, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-01-01", "2026-11-28"])
def test_run_date_is_a_day_in_seoul(text):
    """From the day on which the DAGs begin to today, which begins earlier there than in UTC."""
    assert run_date(text, NOW) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "2026-11-29",
            "2026-11-29 has not come yet in Seoul, where it is 2026-11-28: give a date that has come, or none.",
        ),
        ("2023-12-31", "2023-12-31 is before the DAGs begin: give 2024-01-01 or a later day."),
        ("yesterday", "'yesterday' is no date: give one such as 2024-01-01."),
        ("2026-02-30", "'2026-02-30' is no date: give one such as 2024-01-01."),
    ],
)
def test_other_dates_are_refused(text, said):
    """And it is said which are not."""
    with pytest.raises(Misused) as raised:
        run_date(text, NOW)

    assert str(raised.value) == said
