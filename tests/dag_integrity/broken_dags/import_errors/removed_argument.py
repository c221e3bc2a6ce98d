"""`schedule_interval` of Airflow 2 is gone. Owned by `import_errors`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG

with DAG(
    dag_id="import_errors_removed_argument",
    doc_md=__doc__,
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
    schedule_interval="@daily",
):
    EmptyOperator(task_id="work")
