"""Where each file lies under the data root.

Dates in names are calendar days in Asia/Seoul, written YYYYMMDD.
"""

from tmdb_pipeline.run import Run


def pages_folder(run: Run, source: str) -> str:
    """The checkpoint of one collection: its pages as received."""
    return f"raw/pages/{run.dag_id}/{run.stamp}/{source}"


def page_file(run: Run, source: str, number: int) -> str:
    """One page as received, with when and how it was asked."""
    return f"{pages_folder(run, source)}/page_{number:03d}.json"


def popular_file(run: Run) -> str:
    """The popular movies of a day."""
    return f"raw/movies/daily/popular_movies_{run.stamp}.json"


def trending_file(run: Run) -> str:
    """The trending movies of a day."""
    return f"raw/movies/trending/trending_movies_{run.stamp}.json"


def genre_file(run: Run, slug: str) -> str:
    """The movies of one genre, collected weekly."""
    return f"raw/movies/genre/{slug}_{run.stamp}.json"


def top_rated_file(run: Run) -> str:
    """The top rated movies, collected weekly."""
    return f"raw/movies/weekly/top_rated_{run.stamp}.json"


def report_file(run: Run, suffix: str, *, weekly: bool) -> str:
    """The quality report, ``suffix`` json or html. On Sundays both DAGs write one, so the weekly one says so."""
    return f"raw/metadata/quality_reports/validation_report_{'weekly_' if weekly else ''}{run.stamp}.{suffix}"


def quarantine_file(run: Run) -> str:
    """The rejected records of a run, one JSON object a line; empty if there were none."""
    return f"raw/metadata/quarantine/{run.stamp}/{run.dag_id}.jsonl"


def summary_file(run: Run) -> str:
    """The summary of a daily run."""
    return f"raw/metadata/daily_summaries/daily_summary_{run.stamp}.json"


def consolidated_file(run: Run) -> str:
    """All movies of a weekly run, each once."""
    return f"processed/weekly/consolidated_week_{run.week:02d}_{run.stamp}.json"
