"""The callback is called when the file is parsed, and never again. Owned by `dead_callbacks`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable


def notify(context: object = None) -> None:
    """Tell somebody."""
    print(context)


with DAG(
    dag_id="dead_callbacks_called",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    BashOperator(task_id="work", bash_command="true", on_failure_callback=notify())
