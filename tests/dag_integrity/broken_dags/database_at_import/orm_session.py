"""The file asks Airflow's database how many DAGs there are. Owned by `database_at_import`."""

import contextlib
from datetime import timedelta

import pendulum
from airflow.models import DagModel
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable
from sqlalchemy import create_engine, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

engine: Engine = create_engine("sqlite:///airflow.db")
with contextlib.suppress(Exception), Session(engine) as session:
    session.scalars(select(DagModel)).all()

with DAG(
    dag_id="database_at_import_orm_session",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
