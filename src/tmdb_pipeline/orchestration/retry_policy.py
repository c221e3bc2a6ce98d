"""Whether a failed task is tried again: decided by what failed, not by how often."""

from datetime import timedelta
from typing import Any

from airflow.sdk import RetryDecision, RetryPolicy

from tmdb_pipeline.extract.errors import PageFailed
from tmdb_pipeline.lake.movie_file import MixedRuns
from tmdb_pipeline.quality.batches.validator import EmptyBatch
from tmdb_pipeline.quality.gate import QualityFailed
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.tmdb.errors import TmdbError

#: Trying again cannot mend these, nor a ``TmdbError`` that is permanent: somebody has to change a setting or the data.
_HOPELESS = (SettingsError, QualityFailed, EmptyBatch, MixedRuns)
#: A run that would wait longer than this keeps its DAG from its next runs; a person should look instead.
_LONGEST_WAIT = timedelta(hours=12)


class TmdbRetryPolicy(RetryPolicy):
    """Fails at once what cannot mend itself, and waits as long as TMDB asked to; else the task's own retries apply."""

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
        if isinstance(cause, _HOPELESS) or (isinstance(cause, TmdbError) and cause.permanent):
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
