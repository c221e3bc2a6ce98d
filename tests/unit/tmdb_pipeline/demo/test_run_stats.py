from datetime import date

import pytest

from tmdb_pipeline.demo.run_stats import DAILY, WEEKLY, TaskAccount, account, verdict
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake, LakeError, to_json
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.run import Run

DAY = date(2024, 1, 7)
DAY_RUN = Run(DAILY, "manual__1", DAY)
WEEK_RUN = Run(WEEKLY, "manual__1", DAY)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def collected(lake, file, start, **figures):
    """Leave a collection whose figures all differ; gives what the account has to say of it."""
    info = {
        "pages_asked": start + 1,
        "pages_processed": start + 2,
        "records_received": start + 300,
        "duplicates_dropped": start + 4,
        "below_min_rating_dropped": start + 50,
        "total_collected": start + 206,
    }
    lake.write(file, to_json({"movies": [], "collection_info": info}))
    return {"pages": start + 2, "received": start + 300, "dropped": 2 * start + 54, "file": file} | figures


def reported(lake, run, total, passed, files, *, weekly):
    """Leave a quality report with these figures."""
    report = {
        "overall_quality_score": 12.5,
        "total_movies_validated": total,
        "total_movies_passed": passed,
        "files_validated": [
            {"file": file, "movie_count": 9, "passed": passed, "duplicates": copies, "quarantined": bad}
            for file, passed, copies, bad in files
        ],
    }
    lake.write(paths.report_file(run, "json", weekly=weekly), to_json(report))


def test_day_is_told_task_by_task(lake):
    """Every figure of a task is its own: what came, was received, dropped, accepted, quarantined, and the file."""
    popular = collected(lake, paths.popular_file(DAY_RUN), 1000, accepted=1199, quarantined=7, dropped=1050 + 23)
    trending = collected(lake, paths.trending_file(DAY_RUN), 2000, accepted=2201, quarantined=5, dropped=2050 + 31)
    files = [(paths.trending_file(DAY_RUN), 2201, 31, 5), (paths.popular_file(DAY_RUN), 1199, 23, 7)]
    reported(lake, DAY_RUN, 3412, 3400, files, weekly=False)

    assert account(lake, DAY_RUN) == [
        TaskAccount("collect_popular_movies", **popular),
        TaskAccount("collect_trending_movies", **trending),
        TaskAccount(
            "validate_collected_data",
            received=3412,
            accepted=3400,
            quarantined=12,
            file="raw/metadata/quality_reports/validation_report_20240107.html",
        ),
        TaskAccount("generate_daily_summary", file="raw/metadata/daily_summaries/daily_summary_20240107.json"),
    ]


def test_week_is_told_task_by_task(lake):
    """A collecting task of the week quarantines nothing; what the consolidation drops and keeps is told for itself."""
    expected = [TaskAccount("start_weekly_collection")]
    for number, genre in enumerate(GENRES, 1):
        figures = collected(lake, paths.genre_file(WEEK_RUN, genre.slug), 1000 * number, accepted=1000 * number + 206)
        expected.append(TaskAccount(f"collect_{genre.slug}_movies", **figures))
    figures = collected(lake, paths.top_rated_file(WEEK_RUN), 20_000, accepted=20_206)
    expected.append(TaskAccount("collect_top_rated_movies", **figures))
    file = paths.consolidated_file(WEEK_RUN)
    info = {"records_received": 900, "duplicates_dropped": 80, "total_unique_movies": 820}
    lake.write(file, to_json({"movies": [], "consolidation_info": info}))
    reported(lake, WEEK_RUN, 820, 800, [(file, 800, 80, 20)], weekly=True)

    assert account(lake, WEEK_RUN) == [
        *expected,
        TaskAccount("consolidate_weekly_data", received=900, dropped=80, accepted=820, file=file),
        TaskAccount(
            "validate_weekly_data",
            received=820,
            accepted=800,
            quarantined=20,
            file="raw/metadata/quality_reports/validation_report_weekly_20240107.html",
        ),
        TaskAccount("end_weekly_collection"),
    ]


@pytest.mark.parametrize("run", [DAY_RUN, WEEK_RUN], ids=[DAILY, WEEKLY])
def test_run_that_left_no_report_has_no_account(lake, run):
    """What is not there is not made up."""
    with pytest.raises(LakeError, match="validation_report_"):
        account(lake, run)


@pytest.mark.parametrize(("run", "weekly"), [(DAY_RUN, False), (WEEK_RUN, True)], ids=[DAILY, WEEKLY])
@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([], "warned"),
        (
            [{"source": "popular", "page": 3}, {"source": "drama", "page": 12}],
            "warned; movies are missing, or may be, of page 3 of popular, page 12 of drama",
        ),
    ],
)
def test_verdict_is_one_line(lake, run, weekly, pages, said):
    """It comes from the run's own report, and names every page from which movies may be missing."""
    report = {"overall_quality_score": 1, "verdict": "warned", "pages_missing": pages}
    lake.write(paths.report_file(run, "json", weekly=weekly), to_json(report))

    assert verdict(lake, run) == said
