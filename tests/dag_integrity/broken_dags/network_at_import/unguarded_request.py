"""The file asks a server for its configuration. Owned by `network_at_import`."""

from datetime import timedelta
from urllib.request import urlopen

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

CONFIGURATION = urlopen("http://127.0.0.1:9/configuration").read()

with DAG(
    dag_id="network_at_import_unguarded_request",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
