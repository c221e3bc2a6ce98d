"""XComs of tasks upstream, however far, and of another DAG."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_xcom_references",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    first = BashOperator(task_id="first", bash_command="true")
    middle = BashOperator(task_id="middle", bash_command="true")
    last = BashOperator(task_id="last", bash_command="echo {{ ti.xcom_pull(task_ids='first', key='return_value') }}")
    other = BashOperator(task_id="other", bash_command="echo {{ ti.xcom_pull('work', dag_id='good_minimal') }}")
    first >> middle >> last >> other
