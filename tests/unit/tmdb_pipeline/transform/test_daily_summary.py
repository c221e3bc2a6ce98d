from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.daily_summary import summarize_day

DAY = Run(dags.DAILY.id, "manual__1", date(2024, 1, 7))
OTHER = Run(dags.DAILY.id, "manual__2", DAY.day)
NOW = datetime(2024, 1, 6, 18, 30, tzinfo=UTC)
FILES = [paths.movies_file(DAY, "daily", "popular_movies"), paths.movies_file(DAY, "trending", "trending_movies")]


@pytest.fixture
def run_day(lake, write, quality):
    """Collects a day and summarises it; gives the path of the summary."""

    def run_day():
        for file, kind in zip(FILES, ("daily_popular", "daily_trending"), strict=True):
            write(lake, DAY, file, kind, [{"id": 1}])
        summarize_day(lake, DAY, quality(lake, DAY, *FILES), NOW, NOW)
        return paths.summary_file(DAY)

    return run_day


def test_summary_of_a_day_adds_up(lake, write, quality, told):
    """Counts come from the collections, the whole of the quality from the report, the time from the run of the DAG."""
    write(lake, DAY, FILES[0], "daily_popular", [{"id": 1}, {"id": 2}, {"id": 3}])
    write(lake, DAY, FILES[1], "daily_trending", [{"id": 1}])

    summary = summarize_day(
        lake, DAY, quality(lake, DAY, *FILES), NOW - timedelta(minutes=6, seconds=20, microseconds=4), NOW
    )

    file = lake.read_document("raw/metadata/daily_summaries/daily_summary_20240107.json", dict)
    assert file == {
        "summary_date": "2024-01-07",
        "dag_run_id": "manual__1",
        "collection_summary": {
            "popular_movies": 3,
            "trending_movies": 1,
            "total_collected": 4,
            "pages_missing": [{"source": "popular", "page": 3, "reason": "it is empty"}],
        },
        "quality_summary": told(*FILES),
        "execution_summary": {
            "start_time": "2024-01-07T03:23:39+09:00",
            "end_time": "2024-01-07T03:30:00+09:00",
            "duration_minutes": 6.3333,
            "duration_seconds": 380.0,
        },
        "files": {
            "collections": FILES,
            "quality_report": "report.json",
            "quarantine": "raw/metadata/quarantine/20240107/tmdb_daily_collection.jsonl",
        },
    }
    assert msgspec.to_builtins(summary) == file


def test_summary_is_not_made_from_the_report_of_another_run(lake, run_day, quality):
    """When another run of the date has judged its own files meanwhile, there is no summary of the mixture."""
    run_day()
    report = quality(lake, OTHER, *FILES)

    with pytest.raises(MixedRuns, match=r"report\.json was written by run manual__2, not by this run manual__1"):
        summarize_day(lake, DAY, report, NOW, NOW)


def test_damaged_report_is_one_message(lake, run_day, quality):
    """What the quality gate wrote is read back, and what is wrong with it is said."""
    run_day()

    with pytest.raises(LakeError, match=r"report\.json is half-written or not a file of this pipeline .*duplicates"):
        summarize_day(lake, DAY, quality(lake, DAY, *FILES, duplicates="2"), NOW, NOW)


def test_run_that_does_not_know_when_it_began_began_with_its_first_collection(lake, write, quality):
    """Where Airflow only pretends to know, the time runs from the first request."""
    for file, kind, at in zip(FILES, ("daily_popular", "daily_trending"), (22, 21), strict=True):
        write(lake, DAY, file, kind, [{"id": 1}], start_time=f"2024-01-07T03:{at}:00+09:00")

    summary = summarize_day(lake, DAY, quality(lake, DAY, *FILES), None, NOW)

    assert summary.execution_summary.start_time == "2024-01-07T03:21:00+09:00"


def test_short_run_has_a_duration(lake, run_day, quality):
    """A run of two seconds is not one of no minutes."""
    run_day()

    summary = summarize_day(lake, DAY, quality(lake, DAY, *FILES), NOW - timedelta(seconds=2), NOW)

    assert summary.execution_summary.duration_minutes == 0.0333


def test_file_that_is_not_ours_is_kept_and_our_own_is_replaced(lake, run_day):
    """Whatever stood under the name of the file is set aside; running again replaces our own without a trace."""
    file = run_day()
    lake.write(file, b"my own notes")

    run_day()
    run_day()

    folder, _, name = file.rpartition("/")
    assert lake.files(folder) == [name, f"{name}.set-aside-1"]
    assert lake.read(f"{file}.set-aside-1") == b"my own notes"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"collection_type": ["daily_popular"]}, "is half-written or not a file of this pipeline .*collection_type"),
        ({"collection_type": ""}, "does not tell what was collected"),
        ({"collection_type": "weekly_genre"}, "does not tell what was collected .*weekly_genre, none of daily_popular"),
        ({"total_collected": "3"}, "is half-written or not a file of this pipeline .*total_collected"),
        ({"start_time": "2024-01-07T03:20:00"}, "is half-written or not a file of this pipeline .*start_time"),
    ],
)
def test_collection_that_does_not_tell_what_it_is_is_refused(lake, write, quality, wrong, why):
    """A file whose info is damaged is named in one message."""
    write(lake, DAY, FILES[0], "daily_popular", [{"id": 1}], **wrong)

    with pytest.raises(LakeError, match=rf"popular_movies_20240107\.json {why}"):
        summarize_day(lake, DAY, quality(lake, DAY, FILES[0]), NOW, NOW)


def test_summary_of_a_replaced_collection_is_refused(lake, write, quality):
    """When another run replaced a collection between validation and summary, there is no summary of the mixture."""
    write(lake, OTHER, FILES[0], "daily_popular", [{"id": 1}])

    with pytest.raises(MixedRuns):
        summarize_day(lake, DAY, quality(lake, DAY, FILES[0]), NOW, NOW)

    assert not lake.exists(paths.summary_file(DAY))
