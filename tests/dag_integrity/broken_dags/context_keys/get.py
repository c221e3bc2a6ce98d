"""The callable asks the current context for `prev_ds`. Owned by `context_keys`."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, get_current_context, task


@dag(
    dag_id="context_keys_get",
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
    def work() -> None:
        """Work."""
        print(get_current_context().get("prev_ds"))

    work()


pipeline()
