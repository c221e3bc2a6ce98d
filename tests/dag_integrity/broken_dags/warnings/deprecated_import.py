"""The operator comes from the path that it had in Airflow 2. Owned by `warnings`."""

from datetime import timedelta

import pendulum
from airflow.operators.bash import BashOperator as OldBashOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="warnings_deprecated_import",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    OldBashOperator(task_id="work", bash_command="true")
