"""Time alone starts the DAG, so each run has a logical date."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="good_logical_date",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
)
def pipeline() -> None:
    """Hold the tasks."""

    @task
    def work(ds: str) -> None:
        """Work."""
        print(ds)

    work()


pipeline()
