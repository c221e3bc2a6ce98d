from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from tmdb_pipeline.orchestration.callbacks import announce_failure, announce_quality


def test_failure_is_one_line_with_task_day_and_cause(caplog):
    """Whoever reads the log sees which task of which day in Seoul failed, and why."""
    dag_run = SimpleNamespace(logical_date=datetime(2024, 1, 6, 17, 0, tzinfo=UTC), run_after=None)
    context = {"ti": SimpleNamespace(task_id="collect_popular_movies"), "dag_run": dag_run, "exception": "no key"}

    announce_failure(context)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("ERROR", "collect_popular_movies of 2024-01-07 failed: no key")
    ]


@pytest.mark.parametrize(
    ("rate", "passed", "total", "warn", "figures"),
    [
        (62.5, 75, 120, 80.0, "62.50 % of the movies passed (75 of 120, warning below 80 %)"),
        (49.96, 1399, 2800, 50.0, "49.96 % of the movies passed (1399 of 2800, warning below 50 %)"),
        (79.5, 159, 200, 79.6, "79.50 % of the movies passed (159 of 200, warning below 79.6 %)"),
    ],
)
def test_low_quality_is_one_line_with_the_report(caplog, rate, passed, total, warn, figures):
    """Whoever reads the log sees how bad it is and where to look, in figures that do not contradict each other."""
    audit = {
        "validation_rate": rate,
        "total_movies_passed": passed,
        "total_movies_validated": total,
        "thresholds": {"warn": warn, "fail": 12.5},
        "report_html": "raw/report.html",
    }

    announce_quality(audit)

    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", f"Only {figures}: see raw/report.html.")
    ]
