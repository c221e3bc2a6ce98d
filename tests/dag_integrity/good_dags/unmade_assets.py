"""One DAG makes the asset that starts the other."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset

with DAG(
    dag_id="good_unmade_assets",
    doc_md=__doc__,
    schedule=[Asset("good_unmade_assets_movies")],
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work", outlets=[Asset("good_unmade_assets_movies"), Asset("good_movies")])
