"""The timetable breaks whoever looks at it. Owned by `not_judged`."""

from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable


class Shy(CronTriggerTimetable):
    """Tells nobody what it is made of, which Airflow does not ask."""

    @property
    def timetables(self) -> list[object]:
        """Raise.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("Do not look at me.")


with DAG(
    dag_id="not_judged_raises_when_looked_at",
    doc_md=__doc__,
    schedule=Shy("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    EmptyOperator(task_id="work")
