import pytest
from hypothesis import given
from hypothesis import strategies as st

from tmdb_pipeline.quality.thresholds import Thresholds


@pytest.mark.parametrize(
    ("passed", "verdict"),
    [(100, "passed"), (80, "passed"), (79, "warned"), (50, "warned"), (49, "failed"), (0, "failed")],
)
def test_the_default_limits(passed, verdict):
    """Under 80 % of records accepted is a warning, under 50 % a failure; to be on a limit is enough."""
    assert Thresholds().verdict(passed, 100) == verdict


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0, 100), st.floats(0, 100))
def test_more_accepted_records_never_worsen_the_verdict(passed, total, one, other):
    """The verdict only gets better with the pass rate, whatever the limits."""
    thresholds = Thresholds(warn=max(one, other), fail=min(one, other))
    order = ["failed", "warned", "passed"]
    passed = min(passed, total)

    now, before = (order.index(thresholds.verdict(count, total)) for count in (passed, max(0, passed - 1)))
    assert before <= now


def test_equal_limits_leave_no_warning():
    """With one limit for both there is no verdict between passed and failed."""
    assert Thresholds(warn=60, fail=60).verdict(59, 100) == "failed"
    assert Thresholds(warn=60, fail=60).verdict(60, 100) == "passed"


@pytest.mark.parametrize(
    ("warn", "fail"), [(50, 80), (101, 50), (80, -1), (float("nan"), 50), (80, float("nan")), (float("inf"), 0)]
)
def test_limits_that_do_not_fit_are_refused(warn, fail):
    """Limits out of order or out of range are refused with a sentence that names both."""
    with pytest.raises(ValueError, match=f"warn={warn} and fail={fail} do not fit.*0 <= fail <= warn <= 100"):
        Thresholds(warn=warn, fail=fail)
