"""Airflow's cluster policy in the stack of the tests: retries wait seconds, where production's wait minutes."""

from datetime import timedelta

RETRY_DELAY = timedelta(seconds=3)


def task_policy(task):  # pragma: no cover - runs in the containers
    """Shorten the wait of one task; Airflow calls this for each, wherever it reads a DAG file."""
    task.retry_delay = RETRY_DELAY
    if task.retry_policy is not None:
        task.retry_policy.delay = RETRY_DELAY
