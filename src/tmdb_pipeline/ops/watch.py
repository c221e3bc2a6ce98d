"""Watching a run until it has ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.ops.airflow_api.client import AirflowApi, AirflowAway
from tmdb_pipeline.ops.airflow_api.documents import Run, Task

#: Seconds between two looks.
BETWEEN = 2.0
#: Seconds for which Airflow may be away meanwhile, as while it is restarted.
_PATIENCE = 300.0
#: The states of a task in which nothing more becomes of it in this run.
OVER = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a run.

    Attributes:
        is_away: whether Airflow does not answer just now; the rest is what it said last.
        is_held: whether the DAG is paused: then the scheduler begins no more tasks of the run.
    """

    run: Run
    tasks: Sequence[Task] = ()
    is_away: bool = False
    is_held: bool = False

    @property
    def failed(self) -> list[str]:
        """The tasks that have failed themselves."""
        return sorted(task.task_id for task in self.tasks if task.state == "failed")

    @property
    def done(self) -> int:
        """How many tasks are over."""
        return sum(task.state in OVER for task in self.tasks)


def watch(api: AirflowApi, run: Run, clock: Clock, see: Callable[[Look], None]) -> Look:
    """Look at a run again and again until it has ended.

    Args:
        api: whom to ask.
        run: which.
        clock: for the waits between looks.
        see: is given each look.

    Raises:
        AirflowAway: Airflow has not answered for five minutes.
        AirflowError: it refuses, or the run is there no more.
    """
    last, answered = Look(run), clock.monotonic()
    while True:
        try:
            now = api.run(run.dag_id, run.run_id)
            is_held = not now.has_ended and api.dag(run.dag_id).is_paused
            last = Look(now, api.tasks(run.dag_id, run.run_id), is_held=is_held)
            answered = clock.monotonic()
        except AirflowAway:
            if clock.monotonic() - answered > _PATIENCE:
                raise
            last = replace(last, is_away=True)
        see(last)
        if last.run.has_ended and not last.is_away:
            return last
        clock.sleep(BETWEEN)
