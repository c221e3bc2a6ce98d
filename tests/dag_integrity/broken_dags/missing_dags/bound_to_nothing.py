"""The DAG is an item of a list, and Airflow looks at variables only. Owned by `missing_dags`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable

DAGS = [
    DAG(
        dag_id="missing_dags_bound_to_nothing",
        doc_md=__doc__,
        schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
        start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
        catchup=False,
        max_active_runs=1,
        tags=["broken"],
        default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
    )
]
EmptyOperator(task_id="work", dag=DAGS[0])
