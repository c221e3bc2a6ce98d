"""Values as Airflow takes them: rules by their names, seconds as numbers, retries of what nothing runs."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_plain_values",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    BashOperator.partial(task_id="mapped", trigger_rule="all_success").expand(bash_command=["true"])
    EmptyOperator(task_id="empty", trigger_rule="none_failed")
    late = BashOperator(task_id="late", bash_command="true")
    late.trigger_rule = "all_success"
    late.execution_timeout = 60
