"""The file demands a variable of the environment that is not set. Owned by `missing_configuration`."""

import os
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

BUCKET = os.environ["NO_SUCH_BUCKET_ANYWHERE"]

with DAG(
    dag_id="missing_configuration_key",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
