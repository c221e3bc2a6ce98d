"""XComs of tasks upstream, and one of its own."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_pulls_from_nobody",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    first = BashOperator(task_id="first", bash_command="true")
    first >> BashOperator(task_id="work", bash_command="echo {{ ti.xcom_pull('first') }}")
    first >> BashOperator(task_id="both", bash_command="echo {{ ti.xcom_pull(task_ids=['first'], key='rows') }}")
