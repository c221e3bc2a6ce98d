"""The asset that starts the DAG is made by no task; another is. Owned by `unmade_assets`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset

with DAG(
    dag_id="unmade_assets_misspelt",
    doc_md=__doc__,
    schedule=[Asset("unmade_moovies")],
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work", outlets=[Asset("unmade_movies")])
