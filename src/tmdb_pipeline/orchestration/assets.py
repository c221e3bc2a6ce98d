"""The assets that the DAGs publish. Each event carries the run's figures (``extra``), never movies."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Asset, get_current_context

#: The movies of a day are collected, validated and summarised.
DAILY_MOVIES = Asset(name="tmdb_daily_movies", uri="tmdb://movies/daily", group="tmdb")
#: The movies of a week are collected, consolidated and validated.
WEEKLY_MOVIES = Asset(name="tmdb_weekly_movies", uri="tmdb://movies/weekly", group="tmdb")


def publish(asset: Asset, figures: Mapping[str, Any]) -> None:
    """Attach the run's figures to the event that the running task sends for ``asset``, one of its outlets."""
    get_current_context()["outlet_events"][asset].extra.update(figures)
