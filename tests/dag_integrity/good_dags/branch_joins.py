"""A branch that takes two paths at once, so that what joins these two is never skipped by it."""

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="good_branch_joins",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
)
def pipeline() -> None:
    """Hold the tasks."""

    @task.branch
    def choose(run_id: str) -> list[str]:
        """Choose two paths, or another."""
        return ["left", "right"] if run_id else ["neither"]

    @task
    def work() -> None:
        """Work."""

    left, right = (work.override(task_id=name)() for name in ("left", "right"))
    choose("x") >> [left, right, work.override(task_id="neither")()]
    [left, right] >> work.override(task_id="join")()


pipeline()
