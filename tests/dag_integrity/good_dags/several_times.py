"""Several times a week, at most until summer; and once."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, MultipleCronTriggerTimetable

with DAG(
    "good_several_times",
    doc_md=__doc__,
    schedule=MultipleCronTriggerTimetable("0 2 * * 1", "0 2 * * 4", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    end_date=pendulum.datetime(2024, 1, 5, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")

with DAG(
    "good_once",
    doc_md=__doc__,
    schedule="@once",
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
