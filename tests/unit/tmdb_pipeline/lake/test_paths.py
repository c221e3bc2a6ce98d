from datetime import date

from tmdb_pipeline.lake import paths
from tmdb_pipeline.run import Run

RUN = Run("tmdb_weekly_comprehensive", "manual__1", date(2024, 12, 30))
DAILY_RUN = Run("tmdb_daily_collection", "manual__2", RUN.day)


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
    ]


def test_week_is_the_iso_week():
    """The last Monday of 2024 belongs to week 1 of 2025, and New Year's Day 2023 to week 52."""
    assert RUN.week == 1
    assert Run("d", "r", date(2023, 1, 1)).week == 52
