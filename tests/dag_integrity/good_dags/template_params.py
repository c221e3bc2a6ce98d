"""Params of the DAG and of the task, one that may be missing, and what a dict can do."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_template_params",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
    params={"table": "movies"},
):
    BashOperator(task_id="work", bash_command="echo {{ params.table }} {{ params['page'] }}", params={"page": 1})
    BashOperator(task_id="least", bash_command="echo {{ params.day | default('today') }} {{ params.items() }}")
