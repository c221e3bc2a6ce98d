import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from file_infos import quality_report
from msgspec.structs import asdict

from tmdb_pipeline.lake.file_info import MissingPage
from tmdb_pipeline.orchestration.notifiers import announce_failure, announce_quality, announce_retry
from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy
from tmdb_pipeline.quality.gate import GateResult
from tmdb_pipeline.tmdb.errors import RateLimited


def result(**given):
    """What the quality gate hands on, of which only ``given`` matters."""
    metrics = asdict(quality_report(**given).metrics())
    return GateResult(**metrics, report="raw/report.json", report_html="raw/report.html", quarantine="raw/bad.jsonl")


def test_failure_is_one_line_with_task_day_and_cause(caplog):
    """Whoever reads the log sees which task of which day in Seoul failed, and why."""
    dag_run = SimpleNamespace(logical_date=datetime(2024, 1, 6, 17, 0, tzinfo=UTC), run_after=None)
    context = {"ti": SimpleNamespace(task_id="collect_popular_movies"), "dag_run": dag_run, "exception": "no key"}

    announce_failure(context)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "collect_popular_movies of 2024-01-07 failed: no key")
    ]


AT = datetime(2024, 1, 6, 17, 0, 3, 900_000, tzinfo=UTC)


@pytest.fixture
def context():
    """What Airflow gives to a callback of a task that failed at its first of four tries."""
    task = SimpleNamespace(retry_policy=TmdbRetryPolicy(timedelta(minutes=5)), retry_delay=timedelta(minutes=5))
    ti = SimpleNamespace(task_id="collect_popular_movies", task=task, try_number=1, max_tries=3, end_date=AT)
    dag_run = SimpleNamespace(logical_date=datetime(2024, 1, 6, 17, 0, tzinfo=UTC), run_after=None)
    return {"ti": ti, "dag_run": dag_run, "exception": OSError("the disk\n is full.")}


@pytest.mark.parametrize(
    ("error", "cause", "at"),
    [
        (OSError("the disk\n is full."), "the disk is full.", "02:05:03"),
        (RateLimited("/movie", "too often", retry_after=900), "/movie: too often.", "02:15:03"),
    ],
)
def test_retry_is_one_line_with_cause_and_time(caplog, context, error, cause, at):
    """Whoever reads the log sees what failed, why, and when it is tried again, as the policy says, in Seoul."""
    announce_retry(context | {"exception": error})

    assert [record.getMessage() for record in caplog.records] == [
        f"collect_popular_movies of 2024-01-07 failed: {cause} Retry 1 of 3 at 2024-01-07T{at}+09:00."
    ]


def test_retry_of_a_killed_task_has_a_time(caplog, context):
    """A task whose process was killed has not said when it ended: it counts from now."""
    context["ti"].end_date = None

    announce_retry(context)

    assert re.search(r"Retry 1 of 3 at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00\.$", caplog.messages[0])


@pytest.mark.parametrize(
    ("rate", "passed", "total", "warn", "told"),
    [
        (62.5, 75, 120, 80.0, "62.50 % of the movies passed (75 of 120, warning below 80 %)"),
        (49.96, 1399, 2800, 50.0, "49.96 % of the movies passed (1399 of 2800, warning below 50 %)"),
        (79.5, 159, 200, 79.6, "79.50 % of the movies passed (159 of 200, warning below 79.6 %)"),
    ],
)
def test_low_quality_is_one_line_with_the_report(caplog, rate, passed, total, warn, told):
    """Whoever reads the log sees how bad it is and where to look, in numbers that do not contradict each other."""
    announce_quality(
        result(
            validation_rate=rate,
            total_movies_passed=passed,
            total_movies_validated=total,
            thresholds={"warn": warn, "fail": 12.5},
        )
    )

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", f"Only {told}: see raw/report.html.")
    ]


def test_missing_pages_are_a_line_each(caplog):
    """Whoever reads the log sees which page of which list is missing, why that is thought, and what to do."""
    missing = [MissingPage("popular", page, "it is empty") for page in (3, 5)]

    announce_quality(result(total_movies_passed=8, total_movies_validated=10, pages_missing=missing))

    assert [record.getMessage() for record in caplog.records] == [
        f"Movies of page {page} of popular are missing, or may be: it is empty. "
        "Run this date again to ask for them anew."
        for page in (3, 5)
    ]
