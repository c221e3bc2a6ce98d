from datetime import UTC, date, datetime, timedelta

import pytest

from tmdb_pipeline.tmdb.exports.errors import ExportGone, ExportNotThere, not_there, raise_if_to_come

DAY = date(2024, 1, 1)
READY = datetime(2024, 1, 1, 8, tzinfo=UTC)
NOT_YET = (
    "/x: the export of 2024-01-01 is not there yet (403). TMDB has it by 08:00 UTC, 17:00 in Seoul: try again then."
)
LATE = (
    "/x: the export of 2024-01-01 is not there (403), though it should be since 08:00 UTC of that day. Either TMDB is "
    "late, and trying again in an hour helps, or TMDB_EXPORTS_URL is wrong."
)
GONE = "/x: the export of 2024-01-01 is gone for good (403). TMDB keeps exports for three months: ask for a later day."


@pytest.mark.parametrize(
    ("since", "kind", "wait", "message"),
    [
        (
            timedelta(hours=-9),
            ExportNotThere,
            9 * 3600,
            NOT_YET,
        ),
        (
            timedelta(seconds=-1),
            ExportNotThere,
            1,
            NOT_YET,
        ),
        (
            timedelta(0),
            ExportNotThere,
            None,
            LATE,
        ),
        (
            timedelta(days=89, seconds=-1),
            ExportNotThere,
            None,
            LATE,
        ),
        (
            timedelta(days=89),
            ExportGone,
            None,
            GONE,
        ),
    ],
)
def test_missing_export_is_judged_by_its_age(since, kind, wait, message):
    """Before 08:00 UTC it is to be waited for, until then; after three months it is gone; between, it may be late."""
    error = not_there("/x", DAY, READY + since, "403")

    assert (type(error), error.retry_after, str(error)) == (kind, wait, message)
    assert error.permanent == (kind is ExportGone)
    assert not error.transient


@pytest.mark.parametrize("now", [datetime(2023, 12, 31, 15, tzinfo=UTC), READY, READY + timedelta(days=400)])
def test_day_that_has_begun_in_seoul_may_be_asked_for(now):
    """From midnight in Seoul on, nine hours before UTC's, the day is no future one."""
    raise_if_to_come("/x", DAY, now)


def test_day_to_come_is_never_asked_for():
    """A second before midnight in Seoul the day is yet to come, which waiting within a run does not change."""
    with pytest.raises(ExportGone) as raised:
        raise_if_to_come("/x", DAY, datetime(2023, 12, 31, 14, 59, 59, tzinfo=UTC))

    assert str(raised.value) == (
        "/x: there is no export of 2024-01-01, which is yet to come: today is 2023-12-31 in Seoul. "
        "Ask for today or a day of the last three months."
    )
