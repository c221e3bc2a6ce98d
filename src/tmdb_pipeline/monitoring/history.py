"""What was measured, kept in the warehouse for whoever asks it in SQL: ``platform_task_runs``, ``platform_samples``.

The lake has the last of it, by which runs and resources are judged, so that no warehouse is needed for that.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from tmdb_pipeline.monitoring.durations.task_runs import TaskRun
from tmdb_pipeline.monitoring.resources import samples
from tmdb_pipeline.monitoring.resources.samples import UNHEALTHY, Sample

#: How long rows of tasks are kept: longer than a year, so that a season can be compared with the last.
TASK_RUNS_KEPT = timedelta(days=400)

_TASK_RUN = """
INSERT INTO platform_task_runs (dag_id, task_id, run_id, try_number, run_date, state, began_at, ended_at, cpu_seconds,
    peak_memory_bytes)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
_SAMPLE = """
INSERT INTO platform_samples (machine, sampled_at, cpus, cpu_percent, load, memory_bytes, memory_free_bytes, disk_bytes,
    disk_free_bytes, unhealthy)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""


def keep_task_runs(connection: psycopg.Connection, task_runs: Sequence[TaskRun], now: datetime) -> int:
    """Keep the tries that are not there yet, and forget those that are too old; how many rows are new.

    Raises:
        psycopg.Error: see ``database.connected``; nothing has changed.
    """
    oldest = now - TASK_RUNS_KEPT
    rows = [
        (
            each.dag_id,
            each.task_id,
            each.run_id,
            each.try_number,
            each.run_date,
            each.state,
            each.began,
            each.ended,
            each.cpu_seconds,
            each.peak_memory_bytes,
        )
        for each in task_runs
        if each.ended >= oldest
    ]
    return _keep(connection, _TASK_RUN, rows, "DELETE FROM platform_task_runs WHERE ended_at < %s", oldest)


def keep_samples(connection: psycopg.Connection, found: Sequence[Sample], now: datetime) -> int:
    """The same for samples.

    Raises:
        psycopg.Error: see ``database.connected``; nothing has changed.
    """
    oldest = now - samples.KEPT
    rows = [
        (
            each.machine,
            each.at,
            each.cpus,
            each.cpu_percent,
            each.load,
            each.memory_bytes,
            each.memory_free_bytes,
            each.disk_bytes,
            each.disk_free_bytes,
            [name for name, status in each.processes.items() if status == UNHEALTHY],
        )
        for each in found
        if each.at >= oldest
    ]
    return _keep(connection, _SAMPLE, rows, "DELETE FROM platform_samples WHERE sampled_at < %s", oldest)


def _keep(
    connection: psycopg.Connection, insert: str, rows: Sequence[tuple[Any, ...]], delete: str, oldest: datetime
) -> int:
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(insert, rows)
        new = cursor.rowcount if rows else 0
        cursor.execute(delete, [oldest])
    return new
