"""Two functions make the same id, with the same tasks. Owned by `duplicate_dag_ids`."""

from datetime import timedelta
from typing import Any

from airflow.sdk import dag, task

SETTINGS: dict[str, Any] = {
    "doc_md": __doc__,
    "schedule": None,
    "max_active_runs": 1,
    "tags": ["broken"],
    "default_args": {"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
}


@task
def work() -> None:
    """Work."""


@dag(dag_id="duplicate_dag_ids_decorated_twice", **SETTINGS)
def first() -> None:
    """Hold a task."""
    work()


@dag(dag_id="duplicate_dag_ids_decorated_twice", **SETTINGS)
def second() -> None:
    """Hold a task of the same name."""
    work()


first()
second()
