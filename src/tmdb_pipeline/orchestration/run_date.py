"""Which day a run is for. Everything that needs a date asks here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tmdb_pipeline.clock import SEOUL


def run_date(context: Mapping[str, Any]) -> date:
    """The calendar day in Asia/Seoul of the run's logical date, or of ``run_after`` where it has none.

    Airflow's ``ds`` is the day in UTC, which at 02:00 in Seoul is yesterday, and a run without a logical date
    (triggered by an asset, or with ``logical_date: null``) has no ``ds`` at all.
    """
    dag_run = context["dag_run"]
    moment = dag_run.logical_date or dag_run.run_after
    day: date = moment.astimezone(SEOUL).date()
    return day
