"""Callables that get what they demand: from the DAG file, or from Airflow."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronTriggerTimetable


def load(table: str) -> None:
    """Load a table."""
    print(table)


def told(ti: object, params: object, *more: object, **context: object) -> None:
    """Take what Airflow gives."""
    print(ti, params, more, context)


with DAG(
    dag_id="good_missing_arguments",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    PythonOperator(task_id="work", python_callable=load, op_kwargs={"table": "movies"})
    PythonOperator(task_id="told", python_callable=told)
