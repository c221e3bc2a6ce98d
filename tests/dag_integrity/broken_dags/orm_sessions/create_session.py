"""The task opens a session on Airflow's database. Owned by `orm_sessions`."""

from datetime import timedelta

import pendulum
from airflow.sdk import CronTriggerTimetable, dag, task
from airflow.utils.session import create_session


@dag(
    dag_id="orm_sessions_create_session",
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
        with create_session() as session:
            print(session)

    work()


pipeline()
