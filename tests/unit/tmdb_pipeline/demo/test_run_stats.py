from dataclasses import replace
from datetime import date

import pytest
from file_infos import collection_info, consolidation_info, quality_report

from tmdb_pipeline import dags
from tmdb_pipeline.dags import DAILY, WEEKLY, Stage, TaskSpec
from tmdb_pipeline.demo.run_stats import TaskStats, run_stats, verdict
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import ConsolidatedSource, MissingPage
from tmdb_pipeline.lake.movie_file import MovieFile, write_movies
from tmdb_pipeline.lake.quality_report import ValidatedFile
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.run import Run

DAY = date(2024, 1, 7)
DAY_RUN = Run(DAILY.id, "manual__1", DAY)
WEEK_RUN = Run(WEEKLY.id, "manual__1", DAY)
POPULAR = paths.movies_file(DAY_RUN, "daily", "popular_movies")
TRENDING = paths.movies_file(DAY_RUN, "trending", "trending_movies")


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def collected(lake, source, file, start, **numbers):
    """Leave a collection whose numbers all differ; gives what the statistics have to say of it."""
    info = collection_info(
        source=source,
        pages_asked=start + 1,
        pages_processed=start + 2,
        records_received=start + 300,
        duplicates_dropped=start + 4,
        below_min_rating_dropped=start + 50,
        total_collected=start + 206,
    )
    write_movies(lake, file, MovieFile([], [], info))
    return {"pages": start + 2, "received": start + 300, "dropped": 2 * start + 54, "file": file} | numbers


def reported(lake, run, total, passed, files):
    """Leave a quality report with these numbers."""
    report = quality_report(
        total_movies_validated=total,
        total_movies_passed=passed,
        files_validated=[ValidatedFile(file, 9, passed, copies, bad) for file, passed, copies, bad in files],
    )
    report.write(lake, paths.report_file(run, "json"))


def test_day_is_told_task_by_task(lake):
    """Every number of a task is its own: what came, was received, dropped, accepted, quarantined, and the file."""
    popular = collected(
        lake,
        "popular",
        POPULAR,
        1000,
        accepted=1199,
        quarantined=7,
        dropped=1050 + 23,
    )
    trending = collected(
        lake,
        "trending",
        TRENDING,
        2000,
        accepted=2201,
        quarantined=5,
        dropped=2050 + 31,
    )
    files = [
        (TRENDING, 2201, 31, 5),
        (POPULAR, 1199, 23, 7),
    ]
    reported(lake, DAY_RUN, 3412, 3400, files)

    assert run_stats(lake, DAY_RUN) == [
        TaskStats("collect_popular_movies", **popular),
        TaskStats("collect_trending_movies", **trending),
        TaskStats(
            "validate_collected_data",
            received=3412,
            accepted=3400,
            quarantined=12,
            file="raw/metadata/quality_reports/validation_report_20240107.html",
        ),
        TaskStats("generate_daily_summary", file="raw/metadata/daily_summaries/daily_summary_20240107.json"),
    ]


def test_week_is_told_task_by_task(lake):
    """A collecting task of the week quarantines nothing; what the consolidation drops and keeps is told for itself."""
    expected = [TaskStats("start_weekly_collection")]
    for number, genre in enumerate(GENRES, 1):
        file, accepted = paths.movies_file(WEEK_RUN, "genre", genre.slug), 1000 * number + 206
        numbers = collected(lake, genre.slug, file, 1000 * number, accepted=accepted)
        expected.append(TaskStats(f"collect_{genre.slug}_movies", **numbers))
    numbers = collected(lake, "top_rated", paths.movies_file(WEEK_RUN, "weekly", "top_rated"), 20_000, accepted=20_206)
    expected.append(TaskStats("collect_top_rated_movies", **numbers))
    sources = [each.file for each in expected if each.file]
    file = paths.consolidated_file(WEEK_RUN)
    info = consolidation_info(
        records_received=900,
        duplicates_dropped=80,
        total_unique_movies=820,
        sources=[ConsolidatedSource(source, 1) for source in sources],
    )
    write_movies(lake, file, MovieFile([], [], info))
    reported(lake, WEEK_RUN, 820, 800, [(file, 800, 80, 20)])

    assert run_stats(lake, WEEK_RUN) == [
        *expected,
        TaskStats("consolidate_weekly_data", received=900, dropped=80, accepted=820, file=file),
        TaskStats(
            "validate_weekly_data",
            received=820,
            accepted=800,
            quarantined=20,
            file="raw/metadata/quality_reports/validation_report_weekly_20240107.html",
        ),
        TaskStats("end_weekly_collection"),
    ]


def test_run_of_any_dag_is_told_by_its_entry(lake, monkeypatch):
    """A DAG that is in the registry needs nothing else here: no other one is taken for the weekly one."""
    tasks = (TaskSpec("get", "", Stage.COLLECT, "a_list"), TaskSpec("judge", "", Stage.VALIDATE))
    monthly = replace(DAILY, id="a_month", report="monthly_report", tasks=tasks)
    monkeypatch.setattr(dags, "EVERY", (DAILY, WEEKLY, monthly))
    run = Run("a_month", "manual__1", DAY)
    numbers = collected(lake, "a_list", "raw/a_list.json", 10, accepted=7, quarantined=2, dropped=63)
    reported(lake, run, 9, 7, [("raw/a_list.json", 7, 3, 2)])

    assert run_stats(lake, run) == [
        TaskStats("get", **numbers),
        TaskStats(
            "judge",
            received=9,
            accepted=7,
            quarantined=2,
            file="raw/metadata/quality_reports/monthly_report_20240107.html",
        ),
    ]


@pytest.mark.parametrize("run", [DAY_RUN, WEEK_RUN], ids=["daily", "weekly"])
def test_run_that_left_no_report_has_no_statistics(lake, run):
    """What is not there is not made up."""
    with pytest.raises(LakeError, match="validation_report_"):
        run_stats(lake, run)


@pytest.mark.parametrize("run", [DAY_RUN, WEEK_RUN], ids=["daily", "weekly"])
@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([], "warned"),
        (
            [MissingPage("popular", 3, "it is empty"), MissingPage("drama", 12, "it is empty")],
            "warned; movies are missing, or may be, of page 3 of popular, page 12 of drama",
        ),
    ],
)
def test_verdict_is_one_line(lake, run, pages, said):
    """It comes from the run's own report, and names every page from which movies may be missing."""
    quality_report(verdict="warned", pages_missing=pages).write(lake, paths.report_file(run, "json"))

    assert verdict(lake, run) == said
