"""`task` comes from the path that it had in Airflow 2. Owned by `warnings`."""

from datetime import timedelta

import pendulum
from airflow.decorators import task as old_task
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="warnings_deprecated_decorator",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):

    @old_task
    def work() -> None:
        """Work."""

    work()
