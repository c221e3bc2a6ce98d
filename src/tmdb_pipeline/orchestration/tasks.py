"""What the tasks of the DAGs do, in terms of the library. Each takes its run and params from Airflow's context."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import Param, get_current_context

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.extract import collect as collecting
from tmdb_pipeline.extract.sources import Source
from tmdb_pipeline.orchestration.hook import TmdbHook
from tmdb_pipeline.orchestration.notifiers import announce_failure, announce_quality, announce_retry
from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.quality.deduplicate import once_each
from tmdb_pipeline.quality.gate import check_run
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.transform import daily_summary, weekly_consolidation

#: Bytes that preflight writes. An empty file would not do, for a full disk still takes one.
_PROBE_SIZE = 512 * 1024


def task_defaults(*, retries: int, retry_delay: timedelta) -> dict[str, Any]:
    """The ``default_args`` of our DAGs."""
    return {
        "owner": "mlops-team",
        "retries": retries,
        "retry_delay": retry_delay,
        "retry_policy": TmdbRetryPolicy(retry_delay),
        "execution_timeout": timedelta(minutes=30),
        "on_failure_callback": announce_failure,
        "on_retry_callback": announce_retry,
    }


def quality_params() -> dict[str, Param]:
    """The params that decide what is good enough."""
    percent: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 100}
    return {
        "warn_below_percent": Param(80.0, description="Pass rate that warns", **percent),
        "fail_below_percent": Param(50.0, description="Pass rate that fails", **percent),
        "adult_movies": Param(
            "warn", enum=["warn", "quarantine"], description="What becomes of movies for adults, which nobody asked for"
        ),
    }


def this_run() -> tuple[Run, Mapping[str, Any]]:
    """The run that the current task belongs to, and its params.

    Raises:
        SettingsError: the thresholds do not fit together, which the first task should say and not ``validate``.
    """
    context: Mapping[str, Any] = get_current_context()
    dag_run = context["dag_run"]
    _thresholds(context["params"])
    return Run(dag_run.dag_id, dag_run.run_id, run_date(context)), context["params"]


def now() -> datetime:
    """The current moment, in Seoul, where the people are who read it."""
    return datetime.now(SEOUL)


def collect(run: Run, params: Mapping[str, Any], source: Source) -> dict[str, Any]:
    """Collect one source into the lake."""
    hook = TmdbHook()
    with hook.get_conn() as client:
        return collecting.collect(client, hook.lake(), run, source, deduplicate=once_each(params["adult_movies"]))


def validate(run: Run, params: Mapping[str, Any], files: Sequence[str], *, weekly: bool = False) -> dict[str, Any]:
    """Validate files of this run; warn below one threshold of the pass rate and fail below the other."""
    result = check_run(
        TmdbHook().lake(),
        run,
        files,
        thresholds=_thresholds(params),
        now=now(),
        weekly=weekly,
        adult=params["adult_movies"],
    ).to_builtins()
    if result["verdict"] != "passed":
        announce_quality(result)
    return result


def summarize(run: Run, quality: Mapping[str, Any]) -> dict[str, Any]:
    """Write the summary of a day."""
    return daily_summary.summarize_day(
        TmdbHook().lake(), run, quality, _started(get_current_context()["dag_run"]), now()
    )


def consolidate(run: Run, params: Mapping[str, Any], collections: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Consolidate a week."""
    return weekly_consolidation.consolidate_week(
        TmdbHook().lake(), run, collections, now(), deduplicate=once_each(params["adult_movies"])
    )


def conclude(run: Run, quality: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a week: what was consolidated and how good it is."""
    return weekly_consolidation.conclude_week(TmdbHook().lake(), run, quality)


def preflight(run: Run) -> dict[str, Any]:
    """Check that there is a key and the data root has room for a file, so that one task fails without, and not nine.

    Raises:
        SettingsError: a value cannot be used, or no key is set.
        LakeError: the data root cannot be written.
    """
    hook = TmdbHook()
    hook.check()
    probe = f"raw/pages/{run.dag_id}/{run.stamp}/.preflight"
    lake = hook.lake()
    lake.write(probe, os.urandom(_PROBE_SIZE))  # random, for a file system may compress
    lake.delete(probe)
    return {"run_date": run.day.isoformat(), "week_number": run.week, "base_url": hook.settings.base_url}


def _started(dag_run: Any) -> datetime | None:
    """When a run of a DAG began; None in ``dag.test()``, which says that it began at the moment that it is for."""
    started: datetime | None = dag_run.start_date
    return None if started in {dag_run.logical_date, dag_run.run_after} else started


def _thresholds(params: Mapping[str, Any]) -> Thresholds:
    try:
        return Thresholds(warn=params["warn_below_percent"], fail=params["fail_below_percent"])
    except ValueError as error:
        raise SettingsError(str(error)) from None
