"""Dates that start no DAG: of a param, of the tasks, in code that runs later; none of it moves the DAG."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG


def ask(start_date: datetime) -> None:
    """Ask for what is newer."""
    print(start_date)


def later() -> None:
    """Run when a task does."""
    ask(start_date=datetime.now(UTC))


with DAG(
    dag_id="good_dates_elsewhere",
    doc_md=__doc__,
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
    params={"start_date": "2024-01-01"},
):
    PythonOperator(task_id="work", python_callable=later, start_date=datetime(2024, 1, 1, tzinfo=UTC))
