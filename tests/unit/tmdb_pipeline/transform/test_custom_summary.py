from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import MixedRuns
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.custom_summary import summarize_custom

RUN = Run("tmdb_custom_korean", "manual__1", date(2024, 1, 7))
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)
FILE = paths.movies_file(RUN, "custom/korean", "korean")


def test_summary_of_a_run_adds_up(lake, write, quality, told):
    """Counts come from the collection, the quality from the report, the time from the run of the DAG."""
    write(lake, RUN, FILE, "custom", [{"id": 1}, {"id": 2}])

    started = NOW - timedelta(minutes=3)
    summary = summarize_custom(lake, RUN, quality(lake, RUN, FILE), started, NOW)

    file = lake.read_document("raw/metadata/custom_summaries/tmdb_custom_korean/summary_20240107.json", dict)
    assert file == {
        "summary_date": "2024-01-07",
        "dag_run_id": "manual__1",
        "collection_summary": {
            "path": "",
            "parameters": {},
            "total_collected": 2,
            "total_results": file["collection_summary"]["total_results"],
            "pages_missing": [{"source": "popular", "page": 3, "reason": "it is empty"}],
        },
        "quality_summary": told(FILE),
        "execution_summary": {
            "start_time": "2024-01-07T03:27:00+09:00",
            "end_time": "2024-01-07T03:30:00+09:00",
            "duration_minutes": 3.0,
            "duration_seconds": 180.0,
        },
        "files": {
            "collections": [FILE],
            "quality_report": "report.json",
            "quarantine": "raw/metadata/quarantine/20240107/tmdb_custom_korean.jsonl",
        },
    }
    assert msgspec.to_builtins(summary) == file


def test_start_that_is_not_known_is_that_of_the_collection(lake, write, quality):
    """In a test run of Airflow nobody knows when the run began."""
    write(lake, RUN, FILE, "custom", [{"id": 1}])

    summary = summarize_custom(lake, RUN, quality(lake, RUN, FILE), None, NOW)

    info = lake.read_document(FILE, dict)["collection_info"]
    assert summary.execution_summary.start_time == info["start_time"]


def test_summary_is_not_made_of_a_mixture(lake, write, quality):
    """When another run of the date has replaced the movies meanwhile, there is none."""
    write(lake, RUN, FILE, "custom", [{"id": 1}])
    report = quality(lake, RUN, FILE)
    write(lake, Run(RUN.dag_id, "manual__2", RUN.day), FILE, "custom", [{"id": 1}])

    with pytest.raises(MixedRuns):
        summarize_custom(lake, RUN, report, NOW, NOW)
    assert not lake.exists(paths.custom_summary_file(RUN))
