"""The start date is in default_args and in no zone. Owned by `start_date`."""

from datetime import datetime, timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="start_date_naive_in_default_args",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={
        "owner": "data-team",
        "retries": 1,
        "execution_timeout": timedelta(minutes=5),
        "start_date": datetime(2024, 1, 1),
    },
):
    EmptyOperator(task_id="work")
