import re
from pathlib import Path

import pytest

from tmdb_pipeline.observability.metrics import METRICS, Kind
from tmdb_pipeline.observability.metrics_page import render_metrics_page

PAGE = Path(__file__).parents[4] / "docs" / "metrics.md"
#: Tags of which a server would see new values for ever.
ENDLESS = {"run_id", "page", "movie_id", "title", "run_date", "url"}


def test_the_page_in_the_repository_is_up_to_date():
    """Whoever changes a metric renews the page, and is told by which command."""
    assert PAGE.read_text(encoding="utf-8") == render_metrics_page(), "Renew docs/metrics.md with: nox -s pages"


def test_no_two_metrics_collide_in_prometheus():
    """A dot and an underscore are the same there, and a timer has series of its own."""
    names = [name for metric in METRICS for name in {metric.name.replace(".", "_"), *metric.series}]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_metrics_keep_to_their_form(metric):
    """Airflow refuses other names; tags have few values; people are told the unit and the meaning."""
    assert re.fullmatch(r"tmdb(\.[a-z_]+)+", metric.name)
    assert not set(metric.tags) & ENDLESS
    assert metric.meaning.endswith(".")
    assert (metric.unit == "seconds") == (metric.kind is Kind.TIMER)


def test_series_of_a_timer_are_its_sum_and_number():
    """What the exporter makes of each kind."""
    series = {metric.name: metric.series for metric in METRICS}

    assert series["tmdb.requests"] == ("airflow_tmdb_requests",)
    assert series["tmdb.request.duration"] == (
        "airflow_tmdb_request_duration_sum",
        "airflow_tmdb_request_duration_count",
    )
