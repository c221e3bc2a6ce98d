"""The owner is a list, which Airflow takes for a name. Owned by `serialization`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="serialization_list_of_owners",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": ["data-team"], "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
