"""The entries of the registry (``tmdb_pipeline.dags``) as Airflow takes them: arguments of ``@dag`` and ``@task``."""

import os
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from airflow.sdk import AssetAny, CronTriggerTimetable
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import FIRST_DAY, OWNER, POOL, AssetSpec, DagSpec, Stage
from tmdb_pipeline.orchestration.alerts.callbacks import run_failed, run_slow, run_succeeded
from tmdb_pipeline.orchestration.assets import asset_of
from tmdb_pipeline.orchestration.monitoring.ended import note_end
from tmdb_pipeline.orchestration.notifiers import announce_failure, announce_retry
from tmdb_pipeline.orchestration.observing.task import measure_success, measure_use
from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy

#: Where Airflow says in the processes in which the DAG processor parses files that they are no service of its own.
_CONTEXT = "_AIRFLOW_PROCESS_CONTEXT"
#: Longer than any task takes: one that hangs holds its slot, and with one run at a time its DAG, for ever.
_TIMEOUT = timedelta(minutes=30)


def schedule(spec: DagSpec, *, also: Iterable[AssetSpec] = ()) -> CronTriggerTimetable | AssetAny:
    """When a DAG runs: by the clock, or after any of its assets and of those that it is ``also`` to wait for.

    Of a bare cron string, configuration decides which timetable it becomes, and in which zone.
    """
    if spec.cron is None:
        return AssetAny(*map(asset_of, [*spec.after, *also]))
    return CronTriggerTimetable(spec.cron, timezone=spec.zone)


def dag_arguments(spec: DagSpec) -> dict[str, Any]:
    """The other arguments of ``@dag`` that the registry decides; docs and params are the DAG file's."""
    return {
        "dag_id": spec.id,
        "dag_display_name": spec.display_name,
        "description": spec.description,
        "start_date": datetime.combine(FIRST_DAY, time(), SEOUL),
        "catchup": False,
        "max_active_runs": 1,
        "tags": [*spec.tags],
        "on_failure_callback": run_failed,
        "on_success_callback": run_succeeded,
        "deadline": _deadline(spec),
        "default_args": {
            "owner": OWNER,
            "retries": spec.retries,
            "retry_delay": spec.retry_delay,
            "retry_policy": TmdbRetryPolicy(spec.retry_delay),
            "execution_timeout": _TIMEOUT,
            "on_success_callback": [measure_success, note_end],
            "on_failure_callback": [measure_use, announce_failure, note_end],
            "on_retry_callback": [measure_use, announce_retry, note_end],
        },
    }


def _deadline(spec: DagSpec) -> DeadlineAlert | None:
    """When a run is told of as slow, for the DAG processor, from which the scheduler has it.

    Elsewhere there is none: ``dag.test()``, and so ``airflow dags test``, fails at the end of a run that succeeds where
    the DAG has one (3.3.2, https://github.com/apache/airflow/issues/73428).
    """
    if os.environ.get(_CONTEXT) != "client":
        return None
    reference = DeadlineReference.DAGRUN_QUEUED_AT
    return DeadlineAlert(name="slow", reference=reference, interval=spec.deadline, callback=SyncCallback(run_slow))


def task_arguments(spec: DagSpec, stage: Stage, source: str | None = None) -> dict[str, Any]:
    """The arguments of ``@task`` for a task: its names, the pool where it asks TMDB, the asset where it is the last.

    Raises:
        LookupError: the DAG has no such task.
    """
    task = spec.task(stage, source)
    return {
        "task_id": task.id,
        "task_display_name": task.display_name,
        "multiple_outputs": False,  # else Airflow makes an XCom of each key, by the annotation
        **({"pool": POOL.name} if stage is Stage.COLLECT else {}),
        **({"outlets": [asset_of(spec.asset)]} if spec.asset and task is spec.tasks[-1] else {}),
    }
