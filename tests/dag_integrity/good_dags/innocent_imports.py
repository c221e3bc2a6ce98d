"""What the standard library does for itself, and a folder that is gone again, are nobody else's business."""

import tempfile
from ctypes.util import find_library
from datetime import timedelta
from pathlib import Path

import pendulum
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG, CronTriggerTimetable

LIBRARY = find_library("nettle")
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "kept").write_text("found", encoding="utf-8")
    FOUND = Path(folder, "kept").read_text(encoding="utf-8")

with DAG(
    dag_id="good_innocent_imports",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    PythonOperator(task_id="work", python_callable=print, op_args=[str(LIBRARY), FOUND])
