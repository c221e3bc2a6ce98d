"""Starts another DAG of the folder, and waits for a task of it."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.sdk import DAG, CronTriggerTimetable

with DAG(
    dag_id="good_other_dags",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
    params={"dag_id": "good_minimal"},
):
    TriggerDagRunOperator(task_id="work", trigger_dag_id="good_minimal")
    TriggerDagRunOperator(task_id="named", trigger_dag_id="{{ params.dag_id }}")
    ExternalTaskSensor(task_id="wait", external_dag_id="good_minimal", external_task_id="work")
