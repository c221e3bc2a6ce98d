"""Callbacks: handed over, or made by a function that returns one, be it by its decorator."""

from collections.abc import Callable
from datetime import timedelta

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable


def notify(context: object = None) -> None:
    """Tell somebody."""
    print(context)


def made() -> Callable[[object], None]:
    """Make a callback."""
    return notify


def later(function: Callable[[object], None]) -> Callable[[], Callable[[object], None]]:
    """Make a function that returns the one below."""
    return lambda: function


@later
def told(context: object = None) -> None:
    """Tell somebody else."""
    print(context)


with DAG(
    dag_id="good_dead_callbacks",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 2 * * *", timezone="Asia/Seoul"),
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
):
    BashOperator(
        task_id="work",
        bash_command="true",
        on_execute_callback=told(),
        on_failure_callback=notify,
        on_success_callback=made(),
    )
