"""What happens beside the log when something goes wrong: one message that a person can act on."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.observability.messages import Retry, TaskFailure, low_quality, missing_page, one_line
from tmdb_pipeline.orchestration.alerts.failures import note
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.quality.gate import GateResult

log = logging.getLogger(__name__)


def announce_failure(context: Mapping[str, Any]) -> None:
    """Say in one line which task of which day failed for good, and why. An ``on_failure_callback`` of a task.

    Why goes to the callback of the DAG as well, which tells people of the run (``alerts.callbacks``).
    """
    log.error("%s", TaskFailure(context["ti"].task_id, run_date(context), one_line(context.get("exception"))))
    note(context)


def announce_retry(context: Mapping[str, Any]) -> None:
    """Say in one line which task failed, why, and when it will be tried again. An ``on_retry_callback``."""
    ti, error = context["ti"], context.get("exception")
    # What Airflow has decided is not in the context: the policy is asked again.
    decision = ti.task.retry_policy.evaluate(error, ti.try_number, ti.max_tries, context)
    ended = ti.end_date or datetime.now(SEOUL)  # a task whose process was killed has not said when it ended
    retry = Retry(ti.try_number, ti.max_tries, ended + (decision.retry_delay or ti.task.retry_delay))
    log.warning("%s", TaskFailure(ti.task_id, run_date(context), one_line(error), retry))


def announce_quality(result: GateResult) -> None:
    """Say, a line each, what is not as it should be, though good enough to go on with."""
    for missing in result.pages_missing:
        log.warning("%s", missing_page(missing.source, missing.page, missing.reason))
    passed, total, warn = result.total_movies_passed, result.total_movies_validated, result.thresholds["warn"]
    if passed * 100 < warn * total:
        rate, report = result.validation_rate, result.report_html
        log.warning("%s", low_quality(rate=rate, passed=passed, total=total, warn=warn, report=report))
