"""Whether a failed task is tried again: decided by what failed, not by how often."""

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.lake.errors import MixedRuns
from tmdb_pipeline.model.errors import DaysMissing, LeakFound, NoModel, TooFewDays
from tmdb_pipeline.quality.batches.validator import EmptyBatch
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.tmdb.errors import TmdbError
from tmdb_pipeline.warehouse.errors import DamagedRun, WarehouseAlarm, WarehouseRefused, WrongSchema

#: Permanent, as is a ``TmdbError`` that says so: somebody has to change a setting or the data.
_PERMANENT = (
    *(SettingsError, QualityFailed, EmptyBatch, MixedRuns),
    *(WarehouseRefused, WrongSchema, DamagedRun, WarehouseAlarm),
    *(TooFewDays, DaysMissing, LeakFound, NoModel),
)
#: A run that would wait longer than this keeps its DAG from its next runs; a person should look instead.
_LONGEST_WAIT = timedelta(hours=12)


class TmdbRetryPolicy(RetryPolicy):
    """Fails at once what is permanent, and waits as long as TMDB asked to; else the task's own retries apply.

    There are two layers of retries, and this is the upper one. The client tries a request again within seconds, as
    often as its budget allows; what reaches a task has outlived that. A task is tried again after minutes, which helps
    against an outage and costs a slot of the pool each time. So:

    * **Permanent** failures are final at the first try, whatever ``retries`` says: a refused or missing key, a setting
      that cannot be used, an endpoint that is not there, too few records that passed, a file that another run has
      replaced; too few days to train on, or features that know of later; a warehouse that refuses the role or has other
      tables, and files that it cannot load. Trying again would say the same after a quarter of an hour, and hide the
      cause under three more logs.
    * **A wait that TMDB asked for** (``Retry-After``) is kept if it is longer than the task's delay. It never shortens
      the delay, since the header is about one request and the task asks many. Beyond twelve hours it is final, for the
      run would keep its DAG from its next ones (``max_active_runs=1``) and a person should know.
    * **Everything else** is transient until proven otherwise: a full disk, a broken response, a bug. It follows the
      task's own ``retries`` and ``retry_delay``.

    A collection that lost a page raises ``PageFailed``; its cause decides. Airflow never tries more often than
    ``retries`` says, whatever this policy decides.
    """

    def __init__(self, delay: timedelta) -> None:
        """``delay`` is the task's ordinary ``retry_delay``, below which no wait falls."""
        self.delay = delay

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,  # noqa: ARG002 - the base class's signature
        max_tries: int,  # noqa: ARG002 - as above
        context: Any = None,  # noqa: ARG002 - as above
    ) -> RetryDecision:
        """Decide about one failure; called by Airflow in the worker."""
        cause = exception.cause if isinstance(exception, PageFailed) else exception
        if isinstance(cause, _PERMANENT) or (isinstance(cause, TmdbError) and cause.permanent):
            return RetryDecision.fail(reason=str(exception))
        if isinstance(cause, TmdbError) and cause.retry_after is not None:
            if cause.retry_after > _LONGEST_WAIT.total_seconds():
                return RetryDecision.fail(reason=str(exception))
            asked = timedelta(seconds=cause.retry_after)
            return RetryDecision.retry(delay=max(self.delay, asked), reason=str(exception))
        return RetryDecision.default()

    def serialize(self) -> dict[str, Any]:
        """Describe the policy; Airflow keeps only that there is one."""
        return {"delay": self.delay.total_seconds()}
