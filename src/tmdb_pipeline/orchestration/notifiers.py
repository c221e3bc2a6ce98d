"""What happens beside the log when something goes wrong: one sentence that a person can act on."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.orchestration.run_date import run_date

log = logging.getLogger(__name__)


def announce_failure(context: Mapping[str, Any]) -> None:
    """Say in one line which task of which day failed for good, and why. An ``on_failure_callback``."""
    log.error("%s of %s failed: %s", context["ti"].task_id, run_date(context), _one_line(context.get("exception")))


def announce_retry(context: Mapping[str, Any]) -> None:
    """Say in one line which task failed, why, and when it will be tried again. An ``on_retry_callback``."""
    ti, error = context["ti"], context.get("exception")
    # What Airflow has decided is not in the context: the policy is asked again.
    decision = ti.task.retry_policy.evaluate(error, ti.try_number, ti.max_tries, context)
    ended = ti.end_date or datetime.now(SEOUL)  # a task whose process was killed has not said when it ended
    at = (ended + (decision.retry_delay or ti.task.retry_delay)).astimezone(SEOUL)
    log.warning(
        "%s of %s failed: %s. Retry %d of %d at %s.",
        ti.task_id,
        run_date(context),
        _one_line(error).removesuffix("."),
        ti.try_number,
        ti.max_tries,
        at.isoformat(timespec="seconds"),
    )


def announce_quality(audit: Mapping[str, Any]) -> None:
    """Say, a line each, what is not as it should be, though good enough to go on with."""
    for missing in audit["pages_missing"]:
        log.warning(
            "Movies of page %d of %s are missing, or may be: %s. Run this date again to ask for them anew.",
            *(missing["page"], missing["source"], missing["reason"]),
        )
    passed, total, warn = audit["total_movies_passed"], audit["total_movies_validated"], audit["thresholds"]["warn"]
    if passed * 100 < warn * total:
        log.warning(
            "Only %.2f %% of the movies passed (%d of %d, warning below %g %%): see %s.",
            audit["validation_rate"],  # cut to two decimals: rounded, it could seem to reach the threshold
            *(passed, total, warn, audit["report_html"]),
        )


def _one_line(error: object) -> str:
    """The message of an error without line breaks, for whoever reads logs line by line."""
    return " ".join(str(error).split())
