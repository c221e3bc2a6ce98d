from datetime import date

import pytest

from tmdb_pipeline.lake import paths
from tmdb_pipeline.run import Run

RUN = Run("tmdb_weekly_comprehensive", "manual__1", date(2024, 12, 30))
DAILY_RUN = Run("tmdb_daily_collection", "manual__2", RUN.day)
CUSTOM_RUN = Run("tmdb_custom_korean", "manual__3", RUN.day)


def test_names_are_those_of_the_contract():
    """Other systems find each file under exactly this name."""
    names = [
        paths.page_file(RUN, "action", 7),
        paths.movies_file(RUN, "genre", "science_fiction"),
        paths.report_file(DAILY_RUN, "json"),
        paths.report_file(RUN, "html"),
        paths.quarantine_file(RUN),
        paths.summary_file(RUN),
        paths.consolidated_file(RUN),
        paths.export_file(RUN.day),
        paths.movies_file(CUSTOM_RUN, "custom/korean", "korean"),
        paths.report_file(CUSTOM_RUN, "json"),
        paths.custom_summary_file(CUSTOM_RUN),
    ]

    assert names == [
        "raw/pages/tmdb_weekly_comprehensive/20241230/action/page_007.json",
        "raw/movies/genre/science_fiction_20241230.json",
        "raw/metadata/quality_reports/validation_report_20241230.json",
        "raw/metadata/quality_reports/validation_report_weekly_20241230.html",
        "raw/metadata/quarantine/20241230/tmdb_weekly_comprehensive.jsonl",
        "raw/metadata/daily_summaries/daily_summary_20241230.json",
        "processed/weekly/consolidated_week_01_20241230.json",
        "raw/exports/movie_ids/day=2024-12-30.parquet",
        "raw/movies/custom/korean/korean_20241230.json",
        "raw/metadata/quality_reports/validation_report_custom_korean_20241230.json",
        "raw/metadata/custom_summaries/tmdb_custom_korean/summary_20241230.json",
    ]


def test_week_is_the_iso_week():
    """The last Monday of 2024 belongs to week 1 of 2025, and New Year's Day 2023 to week 52."""
    assert RUN.week == 1
    assert Run("d", "r", date(2023, 1, 1)).week == 52


@pytest.mark.parametrize("run", [RUN, DAILY_RUN, CUSTOM_RUN, Run("tmdb_custom_weekly_20240101", "x", RUN.day)])
def test_report_tells_whose_it_is_by_its_name(run):
    """What is named after a DAG and a day is found again as theirs; the page beside it is not counted twice."""
    folder, _, name = paths.report_file(run, "json").rpartition("/")
    spec, day = paths.reported(name)

    assert folder == paths.REPORTS_FOLDER
    assert (spec.id, day) == (run.dag_id, run.day)
    assert paths.reported(paths.report_file(run, "html").rpartition("/")[2]) is None


@pytest.mark.parametrize(
    "name",
    [
        "validation_report_20241330.json",
        "validation_report_custom_20240101.json",
        "validation_report_custom_A_20240101.json",
        "validation_report_custom_korean_20240132.json",
        "another_20240101.json",
        "validation_report_2024-01-01.json",
        "notes.txt",
    ],
)
def test_file_that_is_nobodys_report(name):
    """What others put there is passed over."""
    assert paths.reported(name) is None
