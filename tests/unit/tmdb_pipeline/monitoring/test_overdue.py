from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tmdb_pipeline.dags import DAILY, WEEKLY, custom
from tmdb_pipeline.lake.quality_report import DriftReport, QualityReport, ValidatedFile
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, keep
from tmdb_pipeline.monitoring.overdue import last_success, overdue

#: 02:05 in Seoul
DONE = datetime(2026, 11, 26, 17, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATE = DONE + 72 * HOUR


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def report(lake, spec, stamp, at, verdict="passed"):
    """The quality report of a run."""
    made = QualityReport(
        validation_date="2026-11-27",
        validated_at=at,
        verdict=verdict,
        thresholds={},
        files_validated=[ValidatedFile("x", 1)],
        overall_quality_score=100.0,
        total_movies_validated=1,
        total_movies_passed=1,
        validation_rate=100.0,
        dimension_scores={},
        quality_distribution={},
        quality_bins={},
        common_issues=[],
        worst_records=[],
        drift=DriftReport([], []),
    )
    made.write(lake, f"raw/metadata/quality_reports/{spec.report}_{stamp}.json")


def ended(spec, at=DONE, **changes):
    """The end of the last task of a DAG."""
    made = TaskRun(
        dag_id=spec.id,
        task_id=spec.tasks[-1].id,
        run_id="r",
        run_date=date(2026, 11, 27),
        try_number=1,
        state="success",
        began=at,
        ended=at,
        cpu_seconds=0.0,
        peak_memory_bytes=0,
    )
    return replace(made, **changes)


def test_dag_that_never_ran_is_not_overdue(lake):
    """Nobody waits for a DAG that was never started, be it paused or new."""
    assert overdue(lake, DONE) == []
    assert last_success(lake, DAILY, LATE) is None


@pytest.mark.parametrize(("spec", "allowed"), [(DAILY, 26 * HOUR), (WEEKLY, 8 * 24 * HOUR)])
@pytest.mark.parametrize("by", ["report", "task"])
def test_dag_is_overdue_a_little_after_its_next_run(lake, spec, allowed, by):
    """A daily one after 26 hours, a weekly one after eight days, whether a report or the last task tells of it."""
    if by == "report":
        report(lake, spec, "20261127", DONE.isoformat())
    else:
        keep(lake, ended(spec))

    assert overdue(lake, DONE + allowed) == []
    (found,) = overdue(lake, DONE + allowed + HOUR)
    assert (found.dag_id, found.succeeded_at) == (spec.id, DONE)


def test_custom_collection_may_go_without_success_as_long_as_its_schedule_says(lake):
    """One that runs once a month is no daily one, though its lines of cron end alike."""
    monthly = custom("korean", cron="0 4 1 * *")
    report(lake, monthly, "20261101", DONE.isoformat())

    assert overdue(lake, DONE + 40 * 24 * HOUR, {monthly: 41 * 24 * HOUR}) == []
    (found,) = overdue(lake, DONE + 42 * 24 * HOUR, {monthly: 41 * 24 * HOUR})
    assert (found.dag_id, found.succeeded_at) == ("tmdb_custom_korean", DONE)


def test_what_is_overdue_is_said_in_both_languages(lake):
    """With the moment of the last success, in Seoul."""
    keep(lake, ended(DAILY))

    (found,) = overdue(lake, DONE + 30 * HOUR)

    assert found.cause.told(Language.EN) == "TMDB daily collection has not succeeded since 27 Nov 2026, 02:05."
    assert found.cause.told(Language.KO) == (
        "TMDB 일일 수집의 마지막 성공은 2026년 11월 27일 오전 2:05이며, 그 뒤로 성공한 실행이 없습니다."
    )


def test_failure_is_no_success(lake):
    """Neither a report that has failed nor a last task that has, nor the success of another task, counts."""
    report(lake, DAILY, "20261126", (DONE - 24 * HOUR).isoformat())
    report(lake, DAILY, "20261127", DONE.isoformat(), "failed")
    keep(lake, ended(DAILY, state="failed"))
    keep(lake, ended(DAILY, task_id=DAILY.tasks[0].id))

    assert last_success(lake, DAILY, LATE) == DONE - 24 * HOUR


def test_latest_of_both_counts(lake):
    """A run by hand leaves a report, one by the scheduler both."""
    report(lake, DAILY, "20261127", DONE.isoformat(), "warned")
    keep(lake, ended(DAILY, DONE + HOUR))
    assert last_success(lake, DAILY, LATE) == DONE + HOUR

    report(lake, DAILY, "20261128", (DONE + 24 * HOUR).isoformat())
    assert last_success(lake, DAILY, LATE) == DONE + 24 * HOUR


def test_run_of_an_earlier_date_is_a_success_of_its_own_moment(lake):
    """Who repeats last week's date today has seen the DAG succeed today, whatever report is of the latest date."""
    report(lake, DAILY, "20261127", DONE.isoformat())
    report(lake, DAILY, "20261120", (DONE + 24 * HOUR).isoformat())
    report(lake, DAILY, "20261119", (DONE - 24 * HOUR).isoformat())

    assert overdue(lake, DONE + 48 * HOUR) == []
    (found,) = overdue(lake, DONE + 72 * HOUR)
    assert found.succeeded_at == DONE + 24 * HOUR


def test_no_more_reports_are_read_than_needed(lake, monkeypatch):
    """Of a DAG that goes on as usual the latest one says it, however many there are."""
    for day in range(10, 28):
        report(lake, DAILY, f"202611{day}", (DONE - (27 - day) * 24 * HOUR).isoformat())
    read = []
    reading = lake.read
    monkeypatch.setattr(Lake, "read", lambda _, path: read.append(path) or reading(path))

    assert overdue(lake, DONE + HOUR) == []
    assert [path[-13:] for path in read if "reports" in path] == ["20261127.json"]


def test_files_of_others_are_passed_over(lake):
    """A weekly report is none of the daily DAG, whose names begin alike; a broken file is no success."""
    report(lake, WEEKLY, "20261129", (DONE + 48 * HOUR).isoformat())
    report(lake, DAILY, "20261128", "yesterday")
    report(lake, DAILY, "20261127", "2026-11-27T02:05:00")
    lake.write("raw/metadata/quality_reports/validation_report_20261130.json", b"{")
    lake.write("raw/metadata/quality_reports/validation_report_20261130.html", b"")

    assert last_success(lake, DAILY, LATE) == DONE
    assert last_success(lake, WEEKLY, LATE) == DONE + 48 * HOUR


@pytest.mark.parametrize("by", ["report", "task"])
def test_clock_that_was_ahead_hides_no_dag_that_is_overdue(lake, by):
    """A success of next year is none: the DAG is overdue from its last one on."""
    keep(lake, ended(DAILY))
    if by == "report":
        report(lake, DAILY, "20271127", (DONE + 365 * 24 * HOUR).isoformat())
    else:
        keep(lake, ended(DAILY, DONE + 365 * 24 * HOUR, run_id="ahead"))

    (found,) = overdue(lake, DONE + 27 * HOUR)

    assert found.succeeded_at == DONE
