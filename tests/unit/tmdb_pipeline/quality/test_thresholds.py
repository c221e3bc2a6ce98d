import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tmdb_pipeline.quality.batches.scores import percentage
from tmdb_pipeline.quality.thresholds import Thresholds


@pytest.mark.parametrize("scale", [1, 10_000])
@pytest.mark.parametrize(
    ("passed", "verdict"),
    [(100, "passed"), (80, "passed"), (79, "warned"), (50, "warned"), (49, "failed"), (0, "failed")],
)
def test_the_default_limits(passed, verdict, scale):
    """Under 80 % of records accepted is a warning, under 50 % a failure; to be on a limit is enough."""
    assert Thresholds().verdict(passed * scale, 100 * scale) == verdict


@pytest.mark.parametrize(
    ("limit", "verdict", "below"), [(8_000_000, "passed", "warned"), (5_000_000, "warned", "failed")]
)
def test_one_record_of_ten_million_decides(limit, verdict, below):
    """A limit is exact: one record fewer, among however many, falls under it."""
    assert Thresholds().verdict(limit, 10_000_000) == verdict
    assert Thresholds().verdict(limit - 1, 10_000_000) == below


@given(st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 100), st.integers(0, 100))
@example(7_999_999, 10_000_000, 80, 50)
@example(4_999_999, 10_000_000, 80, 50)
def test_the_rate_shown_agrees_with_the_verdict(passed, total, one, other):
    """Whoever compares the rate in the report with the limits comes to the verdict in the report."""
    thresholds = Thresholds(warn=max(one, other), fail=min(one, other))
    shown = percentage(min(passed, total), total)

    verdict = thresholds.verdict(min(passed, total), total)

    assert (verdict == "failed") == (shown < thresholds.fail)
    assert (verdict == "passed") == (shown >= thresholds.warn)


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0, 100), st.floats(0, 100))
def test_more_accepted_records_never_worsen_the_verdict(passed, total, one, other):
    """The verdict only gets better with the pass rate, whatever the limits."""
    thresholds = Thresholds(warn=max(one, other), fail=min(one, other))
    order = ["failed", "warned", "passed"]
    passed = min(passed, total)

    now, before = (order.index(thresholds.verdict(count, total)) for count in (passed, max(0, passed - 1)))
    assert before <= now


@given(st.integers(0, 500), st.integers(1, 500), st.floats(0, 100), st.floats(0, 100))
def test_a_batch_with_pages_missing_never_passes_in_silence(passed, total, one, other):
    """What is incomplete is warned about at best, and fails where it would have failed anyway."""
    thresholds = Thresholds(warn=max(one, other), fail=min(one, other))
    passed = min(passed, total)

    verdict = thresholds.verdict(passed, total, complete=False)

    assert verdict == ("failed" if thresholds.verdict(passed, total) == "failed" else "warned")


def test_equal_limits_leave_no_warning():
    """With one limit for both there is no verdict between passed and failed."""
    assert Thresholds(warn=60, fail=60).verdict(59, 100) == "failed"
    assert Thresholds(warn=60, fail=60).verdict(60, 100) == "passed"


@pytest.mark.parametrize(
    ("warn", "fail"), [(50, 80), (101, 50), (80, -1), (float("nan"), 50), (80, float("nan")), (float("inf"), 0)]
)
def test_limits_that_do_not_fit_are_refused(warn, fail):
    """Limits out of order or out of range are refused with a message that names both."""
    sentence = (
        f"^The pass-rate thresholds warn={warn} and fail={fail} do not fit together; "
        r"set them so that 0 <= fail <= warn <= 100 \(percent\)\.$"
    )
    with pytest.raises(ValueError, match=sentence):
        Thresholds(warn=warn, fail=fail)
