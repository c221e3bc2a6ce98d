"""Tasks that are called: by name, under another id, and in a loop."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="good_missing_tasks",
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
    def work() -> None:
        """Work."""

    @task.bash
    def told() -> str:
        """Give a command."""
        return "true"

    for number in range(2):
        work.override(task_id=f"work_{number}")()
    told()


pipeline()
