"""The run date: which day a run is for. Everything that needs a date asks here."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tmdb_pipeline.clock import SEOUL


def run_date(context: Mapping[str, Any]) -> date:
    """The calendar day in Asia/Seoul of the run's logical date, or of ``run_after`` where it has none.

    It names the files of a run, and so decides what running a date again replaces. Airflow offers three dates that look
    the same and are not:

    * ``ds`` is the day of the logical date *in UTC*. A run that is due at 02:00 in Seoul has the logical date 17:00 of
      the day before, in UTC: its ``ds`` is yesterday, every day.
    * ``ds``, ``ts`` and ``logical_date`` do not exist at all in a run without a logical date, which is one that an
      asset triggered, or that was started by REST with ``logical_date: null``. What is always there is ``run_after``:
      the moment from which on the run might begin.
    * The wall clock says when a task happens to run. A run of Sunday that is retried after midnight is still Sunday's.

    So the moment is the logical date or else ``run_after``, both aware, and the day is the one in Seoul, where the
    schedules are and the readers. A date given by hand without a time, as in ``airflow dags test DAG 2024-01-07``, is
    midnight in UTC, which is 09:00 of the same day in Seoul.
    """
    dag_run = context["dag_run"]
    moment = dag_run.logical_date or dag_run.run_after
    day: date = moment.astimezone(SEOUL).date()
    return day
