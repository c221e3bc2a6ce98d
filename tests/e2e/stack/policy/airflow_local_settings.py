"""Airflow's cluster policy in the stack of the tests.

Retries wait seconds, where production's wait minutes; and no schedule starts a run in the middle of the tests.
"""

import os
from datetime import datetime, timedelta

RETRY_DELAY = timedelta(seconds=3)


def dag_policy(dag):  # pragma: no cover - runs in the containers
    """Give one DAG its end; Airflow calls this for each, wherever it reads a DAG file."""
    dag.end_date = datetime.fromisoformat(os.environ["E2E_LAST_SCHEDULED"])


def task_policy(task):  # pragma: no cover - runs in the containers
    """Shorten the wait of one task; Airflow calls this for each, wherever it reads a DAG file."""
    task.retry_delay = RETRY_DELAY
    if task.retry_policy is not None:
        task.retry_policy.delay = RETRY_DELAY
