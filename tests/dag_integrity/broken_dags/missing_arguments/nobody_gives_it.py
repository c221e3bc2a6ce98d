"""The callable demands a table, and nobody gives one. Owned by `missing_arguments`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronTriggerTimetable


def load(table: str) -> None:
    """Load a table."""
    print(table)


with DAG(
    dag_id="missing_arguments_nobody_gives_it",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    PythonOperator(task_id="work", python_callable=load)
