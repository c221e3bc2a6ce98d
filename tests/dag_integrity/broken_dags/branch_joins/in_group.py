"""The join after a branch in a group of tasks waits for the path that was not taken. Owned by `branch_joins`."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, TaskGroup, dag, task


@dag(
    dag_id="branch_joins_in_group",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
)
def pipeline() -> None:
    """Hold the tasks."""

    @task.branch
    def choose() -> str:
        """Choose a path."""
        return "left"

    @task
    def left() -> None:
        """Go left."""

    @task
    def right() -> None:
        """Go right."""

    @task
    def join() -> None:
        """Go on."""

    with TaskGroup("all_of_it"):
        choose() >> [left(), right()] >> join()


pipeline()
