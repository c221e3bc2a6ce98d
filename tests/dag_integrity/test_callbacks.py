from datetime import UTC, datetime
from types import SimpleNamespace

from tmdb_pipeline.orchestration.callbacks import announce_failure, announce_quality


def test_failure_is_one_line_with_task_day_and_cause(caplog):
    """Whoever reads the log sees which task of which day in Seoul failed, and why."""
    dag_run = SimpleNamespace(logical_date=datetime(2024, 1, 6, 17, 0, tzinfo=UTC), run_after=None)
    context = {"ti": SimpleNamespace(task_id="collect_popular_movies"), "dag_run": dag_run, "exception": "no key"}

    announce_failure(context)

    assert [record.getMessage() for record in caplog.records] == ["collect_popular_movies of 2024-01-07 failed: no key"]


def test_low_quality_is_one_line_with_the_report(caplog):
    """Whoever reads the log sees how bad it is and where to look."""
    audit = {
        "validation_rate": 62.5,
        "total_movies_passed": 75,
        "total_movies_validated": 120,
        "thresholds": {"warn": 80.0},
        "report_html": "raw/report.html",
    }

    announce_quality(audit)

    assert [record.getMessage() for record in caplog.records] == [
        "Only 62.5 % of the movies passed (75 of 120, warning below 80 %): see raw/report.html."
    ]
