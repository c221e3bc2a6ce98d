"""The documents of Airflow's REST API, as far as they are read here. All moments are aware."""

from datetime import datetime
from typing import Annotated, Any

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
#: The states in which a run has ended.
ENDED = frozenset({"success", "failed"})


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    return (ended - began).total_seconds() if began and ended else None


class Dag(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG that Airflow has read, and when it did last.

    ``next_dagrun_run_after`` is when it runs next; None where assets start it.
    """

    dag_id: str
    dag_display_name: str
    is_paused: bool
    has_import_errors: bool = False
    last_parsed_time: Moment | None = None
    next_dagrun_run_after: Moment | None = None


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a DAG. Its state is queued, running, success or failed."""

    dag_id: str
    run_id: str = msgspec.field(name="dag_run_id")
    state: str
    run_type: str
    run_after: Moment
    logical_date: Moment | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will become of it."""
        return self.state in ENDED

    @property
    def seconds(self) -> float | None:
        """How long it took; None where it has not ended."""
        return _seconds(self.start_date, self.end_date)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """The latest try of a task in a run. Its state is None before it is looked at."""

    dag_id: str
    run_id: str = msgspec.field(name="dag_run_id")
    task_id: str
    task_display_name: str
    state: str | None = None
    try_number: int = 0
    max_tries: int = 0
    map_index: int = -1
    start_date: Moment | None = None
    end_date: Moment | None = None

    @property
    def seconds(self) -> float | None:
        """How long its latest try took; None where it has not ended."""
        return _seconds(self.start_date, self.end_date)


class Backfill(msgspec.Struct, frozen=True, kw_only=True):
    """A backfill: runs for the dates between two moments."""

    id: int
    dag_id: str
    from_date: Moment
    to_date: Moment
    completed_at: Moment | None = None


class BackfillDate(msgspec.Struct, frozen=True):
    """A date that a backfill would run."""

    logical_date: Moment


class Dags(msgspec.Struct):
    """A page of DAGs."""

    dags: list[Dag]


class Runs(msgspec.Struct):
    """A page of runs."""

    dag_runs: list[Run]


class Tasks(msgspec.Struct):
    """A page of tasks."""

    task_instances: list[Task]


class BackfillDates(msgspec.Struct):
    """The dates that a backfill would run."""

    backfills: list[BackfillDate]


class Log(msgspec.Struct):
    """The log of a try of a task: events, or lines where it is no JSON."""

    content: list[dict[str, Any] | str]
    continuation_token: str | None = None


class Token(msgspec.Struct):
    """A token for who has signed in."""

    access_token: str


class Refusal(msgspec.Struct):
    """What Airflow says when it refuses: a sentence, or what is wrong with which field."""

    detail: Any = None
