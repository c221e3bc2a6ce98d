"""The file looks up a Connection. Owned by `variable_at_import`."""

import contextlib
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, BaseHook, CronTriggerTimetable

with contextlib.suppress(OSError):
    HOST = BaseHook.get_connection("tmdb_default").host

with DAG(
    dag_id="variable_at_import_connection",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
