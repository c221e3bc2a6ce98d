"""Attributes that Airflow 3 has, and one that the code looks for first."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="good_removed_attributes",
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
    def work(ti: object, dag_run: object) -> None:
        """Tell the day."""
        print(ti.run_id, dag_run.logical_date)

    @task
    def both(ti: object) -> None:
        """Tell the day on Airflow 2 and 3."""
        print(ti.execution_date if hasattr(ti, "execution_date") else ti.run_id)

    work()
    both()


pipeline()
