from datetime import date

from tmdb_pipeline.lake import paths
from tmdb_pipeline.run import Run

RUN = Run("tmdb_weekly_comprehensive", "manual__1", date(2024, 12, 30))


def test_names_are_those_of_the_contract():
    """Other systems find each file under exactly this name."""
    names = [
        paths.page_file(RUN, "action", 7),
        paths.popular_file(RUN),
        paths.trending_file(RUN),
        paths.genre_file(RUN, "science_fiction"),
        paths.top_rated_file(RUN),
        paths.report_file(RUN, "json", weekly=False),
        paths.report_file(RUN, "html", weekly=True),
        paths.quarantine_file(RUN),
        paths.summary_file(RUN),
        paths.consolidated_file(RUN),
    ]

    assert names == [
        "raw/pages/tmdb_weekly_comprehensive/20241230/action/page_007.json",
        "raw/movies/daily/popular_movies_20241230.json",
        "raw/movies/trending/trending_movies_20241230.json",
        "raw/movies/genre/science_fiction_20241230.json",
        "raw/movies/weekly/top_rated_20241230.json",
        "raw/metadata/quality_reports/validation_report_20241230.json",
        "raw/metadata/quality_reports/validation_report_weekly_20241230.html",
        "raw/metadata/quarantine/20241230/tmdb_weekly_comprehensive.jsonl",
        "raw/metadata/daily_summaries/daily_summary_20241230.json",
        "processed/weekly/consolidated_week_01_20241230.json",
    ]


def test_week_is_the_iso_week():
    """The last Monday of 2024 belongs to week 1 of 2025, and New Year's Day 2023 to week 52."""
    assert RUN.week == 1
    assert Run("d", "r", date(2023, 1, 1)).week == 52
