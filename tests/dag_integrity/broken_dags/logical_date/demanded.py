"""The callable demands `ds`. Owned by `logical_date`."""

from datetime import timedelta

import pendulum
from airflow.sdk import Asset, dag, task


@dag(
    dag_id="logical_date_demanded",
    doc_md=__doc__,
    schedule=[Asset("made_elsewhere")],
    start_date=pendulum.datetime(2024, 1, 1, tz="Asia/Seoul"),
    catchup=False,
    max_active_runs=1,
    tags=["broken"],
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
