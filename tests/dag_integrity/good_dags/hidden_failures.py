"""Cleaning up after a failure, which is still a failure: by a teardown, and beside another last task."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_hidden_failures",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    work = BashOperator(task_id="work", bash_command="true")
    end = BashOperator(task_id="end", bash_command="true")
    tidy = BashOperator(task_id="tidy", bash_command="true", trigger_rule="all_done")
    work >> [tidy, end]
    first = BashOperator(task_id="first", bash_command="true")
    first >> BashOperator(task_id="last", bash_command="true").as_teardown(setups=first)
    EmptyOperator(task_id="start") >> BashOperator(task_id="alone", bash_command="true", trigger_rule="all_done")
