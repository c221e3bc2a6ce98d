"""The latest run only, which skips all that follows or nothing, so that what follows needs no rule for a join."""

from datetime import timedelta

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.providers.standard.operators.latest_only import LatestOnlyOperator
from airflow.sdk import DAG

with DAG(
    "good_latest_only",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1},
):
    latest = LatestOnlyOperator(task_id="latest", execution_timeout=timedelta(minutes=5))
    first, second, last = (EmptyOperator(task_id=name) for name in ("first", "second", "last"))
    latest >> [first, second] >> last
