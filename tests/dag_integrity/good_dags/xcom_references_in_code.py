"""Code that pulls from a task upstream, and what it has pushed itself."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="good_xcom_references_in_code",
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
    def first(ti: object) -> int:
        """Count, and read the count again."""
        ti.xcom_push(key="rows", value=1)
        return ti.xcom_pull(key="rows")

    @task
    def work(ti: object, name: str = "first") -> None:
        """Read the count."""
        print(ti.xcom_pull(task_ids="first"), ti.xcom_pull(task_ids=name), ti.xcom_pull(["first"], key="rows"))

    first() >> work()


pipeline()
