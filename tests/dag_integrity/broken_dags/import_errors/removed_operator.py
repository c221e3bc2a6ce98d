"""`DummyOperator` of Airflow 2 is gone. Owned by `import_errors`."""

from datetime import timedelta

import pendulum
from airflow.operators.dummy import DummyOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="import_errors_removed_operator",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    DummyOperator(task_id="work")
