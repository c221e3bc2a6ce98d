"""What a task notes when it has ended: how long it took, and what its process used."""

import logging
from collections.abc import Mapping
from typing import Any

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, keep
from tmdb_pipeline.observability.resources import Use
from tmdb_pipeline.orchestration.context import began
from tmdb_pipeline.orchestration.observing.task import has_begun_here
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.orchestration.tasks import now

log = logging.getLogger(__name__)


def note_end(context: Mapping[str, Any]) -> None:
    """Keep on the lake how a task has ended. A callback of its success, its failure and its retry; never fails.

    In ``dag.test()`` all tasks share a process and no scheduler waits between them, so nothing is noted there; nor of a
    task that was killed, of which the DAG processor tells, who does not know what it has used.
    """
    ti, dag_run = context["ti"], context["dag_run"]
    if began(dag_run) is None or not has_begun_here():
        return
    used = Use.now()
    try:
        task_run = TaskRun(
            dag_id=dag_run.dag_id,
            task_id=ti.task_id,
            run_id=dag_run.run_id,
            run_date=run_date(context),
            try_number=ti.try_number,
            state=str(getattr(ti.state, "value", ti.state)),  # Airflow's is no StrEnum
            began=ti.start_date,
            ended=ti.end_date or now(),
            cpu_seconds=round(used.cpu, 3),
            peak_memory_bytes=used.memory,
        )
        keep(Lake(settings_in_force().data_root), task_run)
    except Exception as error:  # noqa: BLE001 - a measurement is no reason to trouble anybody's task
        log.warning("How long %s took is not kept: %s", ti.task_id, error)
