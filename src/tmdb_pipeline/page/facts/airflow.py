"""What Airflow knows of the DAGs: handed in by ``orchestration.page``, which alone asks it."""

from datetime import datetime

import msgspec


class DagRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a DAG. Moments are aware; ``state`` is Airflow's: queued, running, success or failed."""

    run_id: str
    state: str
    run_after: datetime
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def seconds(self) -> float | None:
        """How long it took, None where it has not ended."""
        return (self.ended - self.started).total_seconds() if self.started and self.ended else None


class DagFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG that Airflow knows.

    Attributes:
        paused: whether it is not scheduled.
        last: its latest run, None where it has had none.
        next_run: when it runs next, aware; None where it is paused, or assets start it.
    """

    dag_id: str
    paused: bool
    last: DagRun | None = None
    next_run: datetime | None = None


class Duration(msgspec.Struct, frozen=True):
    """How many seconds a run of the load that succeeded took, and when it began, aware."""

    started: datetime
    seconds: float


class AirflowFacts(msgspec.Struct, frozen=True):
    """The DAGs that the reader may know of, and how long their loads took."""

    dags: tuple[DagFacts, ...] = ()
    loads: tuple[Duration, ...] = ()
