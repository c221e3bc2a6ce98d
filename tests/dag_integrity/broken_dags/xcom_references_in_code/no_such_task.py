"""The code pulls from a task that does not exist. Owned by `xcom_references_in_code`."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task


@dag(
    dag_id="xcom_references_in_code_no_such_task",
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

    @task
    def first() -> int:
        """Count."""
        return 1

    @task
    def work(ti: object) -> None:
        """Read the count."""
        print(ti.xcom_pull(task_ids="frist"))

    first() >> work()


pipeline()
