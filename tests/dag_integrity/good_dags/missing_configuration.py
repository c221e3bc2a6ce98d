"""What the environment does not tell has a default, or is not needed."""

import os
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable

BUCKET = os.getenv("NO_SUCH_BUCKET_ANYWHERE", "movies")
TEAM = os.getenv("NO_SUCH_TEAM_ANYWHERE")

with DAG(
    dag_id="good_missing_configuration",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    BashOperator(task_id="work", bash_command="work", env={"BUCKET": f"{BUCKET}/pages"}, append_env=bool(TEAM))
