"""The callable of the operator demands the start of the data interval. Owned by `logical_date`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, Asset


def work(data_interval_start: object) -> None:
    """Work."""
    print(data_interval_start)


with DAG(
    dag_id="logical_date_data_interval",
    doc_md=__doc__,
    schedule=[Asset("made_elsewhere")],
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    PythonOperator(task_id="work", python_callable=work)
