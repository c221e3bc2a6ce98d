from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.observability.messages import Retry, TaskFailure, low_quality, missing_page, one_line

DAY = date(2024, 1, 7)
AT = datetime(2024, 1, 6, 17, 5, tzinfo=UTC)
#: One line, as ``one_line`` leaves it, with a full stop at its end.
CAUSES = st.text(min_size=1).map(lambda text: f"{one_line(text)}.")
MOMENTS = st.integers(946_684_800, 4_000_000_000).map(lambda second: datetime.fromtimestamp(second, SEOUL))
RETRIES = st.builds(Retry, st.integers(1, 99), st.integers(1, 99), MOMENTS)
FAILURES = st.builds(
    TaskFailure, st.from_regex(r"[a-z_]+", fullmatch=True), st.dates(date(2000, 1, 1)), CAUSES, st.none() | RETRIES
)


@pytest.mark.parametrize(
    ("cause", "retry", "told"),
    [
        ("no key", None, "no key"),
        ("no key.", None, "no key."),
        ("It is full.", Retry(1, 3, AT), "It is full. Retry 1 of 3 at 2024-01-07T02:05:00+09:00."),
        ("full", Retry(3, 3, AT), "full. Retry 3 of 3 at 2024-01-07T02:05:00+09:00."),
    ],
)
def test_failure_is_one_line(cause, retry, told):
    """It names the task, the day, the cause, and the next try with its time in Seoul, if there is one."""
    assert str(TaskFailure("collect", DAY, cause, retry)) == f"collect of 2024-01-07 failed: {told}"


@given(FAILURES)
def test_failure_is_understood_again(failure):
    """The commands read from the log of a run what its notifiers have written there."""
    assert TaskFailure.parse(str(failure)) == failure


@pytest.mark.parametrize("message", ["", "Only 62.50 % of the movies passed", "collect failed: no key"])
def test_other_messages_are_no_failures(message):
    """What does not name task, day and cause tells of none."""
    assert TaskFailure.parse(message) is None


def test_line_breaks_of_errors_become_blanks():
    """Whoever reads logs line by line gets the whole message in one."""
    assert one_line(OSError("the disk\n  is\tfull.")) == "the disk is full."


def test_missing_page_says_what_to_do():
    """Which page of which list, why that is thought, and how it is asked for again."""
    assert missing_page("popular", 3, "it is empty") == (
        "Movies of page 3 of popular are missing, or may be: it is empty. Run this date again to ask for them anew."
    )


@pytest.mark.parametrize(("warn", "shown"), [(80.0, "80 %"), (79.6, "79.6 %")])
def test_low_quality_says_how_bad_it_is_and_where_to_look(warn, shown):
    """The rate, what it is made of, the threshold as it was given, and the report."""
    assert low_quality(rate=49.96, passed=1399, total=2800, warn=warn, report="raw/report.html") == (
        f"Only 49.96 % of the movies passed (1399 of 2800, warning below {shown}): see raw/report.html."
    )
