"""How long runs and tasks have taken lately, by what Airflow keeps of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from statistics import median

import msgspec

from tmdb_pipeline.ops.airflow_api.client import AirflowApi
from tmdb_pipeline.ops.airflow_api.documents import Dag, Run, Task
from tmdb_pipeline.ops.dag_names import short_name


class RunTime(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has ended, and how long it took."""

    run_id: str
    began: datetime
    state: str
    seconds: float


class TaskTime(msgspec.Struct, frozen=True, kw_only=True):
    """A task over several runs: seconds of its last tries, and tries beyond the first of each run."""

    task_id: str
    display_name: str
    runs: int
    median: float
    longest: float
    retries: int


class Performance(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG over its last runs that have ended.

    Attributes:
        runs: the oldest first.
        tasks: the slowest first; where it alone was asked for.
        retries: tries beyond the first, of all tasks in all of these runs.
        median: seconds, of the runs that succeeded; None where none did.
    """

    name: str
    dag_id: str
    display_name: str
    runs: Sequence[RunTime]
    median: float | None
    retries: int
    tasks: Sequence[TaskTime] = ()

    @property
    def failed(self) -> int:
        """How many of the runs have failed."""
        return sum(run.state == "failed" for run in self.runs)


def performance(api: AirflowApi, dag: Dag, most: int) -> Performance:
    """How long the last runs of a DAG took, at most so many.

    Raises:
        AirflowError: Airflow cannot be asked.
    """
    ended = [run for run in api.runs(dag.dag_id, limit=most) if run.has_ended and run.seconds is not None]
    tasks = [task for run in ended for task in api.tasks(dag.dag_id, run.run_id)]
    runs = [_run_time(run) for run in sorted(ended, key=lambda run: run.start_date or run.run_after)]
    good = [run.seconds for run in runs if run.state == "success"]
    return Performance(
        name=short_name(dag.dag_id),
        dag_id=dag.dag_id,
        display_name=dag.dag_display_name,
        runs=runs,
        median=median(good) if good else None,
        retries=sum(_retries(task) for task in tasks),
        tasks=_task_times(tasks),
    )


def _run_time(run: Run) -> RunTime:
    return RunTime(
        run_id=run.run_id, began=run.start_date or run.run_after, state=run.state, seconds=max(0.0, run.seconds or 0.0)
    )


def _task_times(tasks: Iterable[Task]) -> list[TaskTime]:
    """The tasks that have run, the slowest first."""
    by_id: dict[str, list[Task]] = {}
    for task in tasks:
        if task.seconds is not None and task.state in {"success", "failed"}:
            by_id.setdefault(task.task_id, []).append(task)
    found = [_task_time(task_id, of_task) for task_id, of_task in by_id.items()]
    return sorted(found, key=lambda task: (-task.median, task.task_id))


def _task_time(task_id: str, tasks: Sequence[Task]) -> TaskTime:
    seconds = [task.seconds or 0.0 for task in tasks]
    return TaskTime(
        task_id=task_id,
        display_name=tasks[0].task_display_name,
        runs=len(tasks),
        median=median(seconds),
        longest=max(seconds),
        retries=sum(_retries(task) for task in tasks),
    )


def _retries(task: Task) -> int:
    return max(0, task.try_number - 1)
