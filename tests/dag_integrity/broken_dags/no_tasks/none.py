"""The DAG holds no task. Owned by `no_tasks`."""

from datetime import timedelta

import pendulum
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="no_tasks_none",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    pass
