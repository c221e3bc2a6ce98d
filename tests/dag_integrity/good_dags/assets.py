"""Started by an asset, and by an asset or the time."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, AssetOrTimeSchedule, CronTriggerTimetable

MOVIES = Asset("good_movies")
DEFAULTS = {"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)}

with DAG("good_asset", doc_md=__doc__, schedule=[MOVIES], max_active_runs=1, tags=["good"], default_args=DEFAULTS):
    EmptyOperator(task_id="work")

with DAG(
    "good_asset_or_time",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(timetable=CronTriggerTimetable("0 3 * * 0", timezone="Asia/Seoul"), assets=[MOVIES]),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args=DEFAULTS,
):
    EmptyOperator(task_id="work")
