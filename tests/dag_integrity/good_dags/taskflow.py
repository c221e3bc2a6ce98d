"""TaskFlow: a branch with a join that fits it, mapped tasks, a dict kept in one piece, context that may be missing."""

from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import TaskGroup, TriggerRule, dag, get_current_context, task

if TYPE_CHECKING:
    import numpy as np


def count() -> dict[str, int]:
    """Count; it is made a task below, which says how its result is kept."""
    return {"movies": 1}


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    tags=["good"],
    default_args={"owner": "data-team", "retries": 1, "execution_timeout": timedelta(minutes=5)},
)
def good_taskflow() -> None:
    """Show what TaskFlow can do; started by hand only."""

    @task.branch
    def choose(logical_date: object = None) -> str:
        """Choose a path."""
        return "left" if logical_date else "right"

    @task(multiple_outputs=False)
    def left() -> dict[str, int]:
        """Go left."""
        return {"movies": 1}

    @task(multiple_outputs=True)
    def right() -> dict[str, int]:
        """Go right, with one XCom for each key on purpose."""
        return {"movies": 2, "pages": 1}

    @task(trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
    def join() -> list[int]:
        """Go on from either."""
        import numpy as np  # heavy, and needed here only

        return list(np.arange(3))

    @task
    def double(number: int, factor: int) -> "np.int64":
        """Double one number."""
        return get_current_context()["run_id"] and number * factor

    @task
    def days() -> list[dict[str, str]]:
        """Tell the days that there are."""
        return [{"execution_date": "2024-01-01", "ds": "2024-01-02"}]

    @task
    def end() -> None:
        """Wait for all that follows the join, none of which a branch skips."""

    @task
    def show(execution_date: str, ds: str) -> None:  # noqa: AIR301 - whoever calls gives both
        """Show two days."""
        print(execution_date, ds)

    @task.branch
    def choose_group() -> str:
        """Choose a whole group of tasks, whatever its heads are."""
        return "both"

    with TaskGroup("both") as both:
        [end.override(task_id=name)() for name in ("first", "second")] >> end.override(task_id="after_both")()

    choose_group() >> [both, end.override(task_id="neither")()]
    show.expand_kwargs([{"execution_date": "2024-01-01", "ds": "2024-01-02"}])
    show.override(task_id="show_results").expand_kwargs(days())
    kept = task(count, multiple_outputs=True)
    kept()

    joined = join()
    choose() >> [left(), right()] >> joined
    doubled = double.partial(factor=2).expand(number=joined)
    pairs = double.override(task_id="double_pairs").expand_kwargs([{"number": 1, "factor": 2}])
    joined >> [doubled, pairs] >> end()


good_taskflow()
