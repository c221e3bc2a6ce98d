"""Which run took much longer than it usually does, and which of its tasks.

Each is compared with its own last thirty successes. Slow is what took more than twice their median, more than six times
their usual deviation above it, and at least half a minute longer. Medians are not moved by one odd run. So a task that
jumps between one second and three is never slow, and one that has become slower for good is told until half of its last
thirty are as slow: from then on that is what it usually takes.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from statistics import median

import msgspec

from tmdb_pipeline.dags import DagSpec
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, ordered

#: Runs that one is compared with, and how few of them are too few to judge by.
MOST, LEAST = 30, 8
#: What takes less than these times the median, or is less than these seconds above it, is not slow.
TIMES, SECONDS = 2.0, 30.0
#: Nor what is within so many deviations. Of values spread like a normal distribution, the median deviation from the
#: median is 1 / 1.4826 of the standard deviation.
DEVIATIONS = 6 * 1.4826


class Usual(msgspec.Struct, frozen=True):
    """What something usually takes: the median in seconds, of how many, and above which it is slow."""

    seconds: float
    of: int
    limit: float


class Duration(msgspec.Struct, frozen=True):
    """How long something took, in seconds, and what it usually takes; ``usual`` is None where nobody can say yet."""

    seconds: float
    usual: Usual | None

    @property
    def is_slow(self) -> bool:
        """Whether it took much longer than usual."""
        return self.usual is not None and self.seconds > self.usual.limit


class RunDuration(msgspec.Struct, frozen=True, kw_only=True):
    """How long a run took from the beginning of its first task to the end of its last, and how long each of its tasks.

    Attributes:
        tasks: by their ids, in the order of the registry.
    """

    dag_id: str
    run_id: str
    run_date: date
    began: datetime
    ended: datetime
    whole: Duration
    tasks: dict[str, Duration]

    @property
    def slow_tasks(self) -> tuple[str, ...]:
        """Those that took much longer than usual."""
        return tuple(task_id for task_id, duration in self.tasks.items() if duration.is_slow)

    @property
    def is_slow(self) -> bool:
        """Whether it, or one of its tasks, took much longer than usual."""
        return self.whole.is_slow or bool(self.slow_tasks)


def usual(seconds: Sequence[float]) -> Usual | None:
    """What something usually takes that took these seconds, the latest last; None where they are too few."""
    latest = seconds[-MOST:]
    if len(latest) < LEAST:
        return None
    middle = median(latest)
    deviation = median(abs(each - middle) for each in latest)
    limit = max(TIMES * middle, middle + DEVIATIONS * deviation, middle + SECONDS)
    return Usual(middle, len(latest), limit)


def latest_run(spec: DagSpec, task_runs: Iterable[TaskRun]) -> RunDuration | None:
    """The latest run of a DAG that has come to its end, compared with those before it; None where there is none.

    A run has come to its end with the success of the last task of the registry. Of a task that was cleared after its
    success only the first counts: what was done again days later does not make the run last for days. Nor do the hours
    in which a task that had failed for good waited to be cleared: such a run is counted from the try that came then.
    """
    runs = _runs(spec, task_runs)
    if not runs:
        return None
    (run_id, last), earlier = runs[-1], [tries for _, tries in runs[:-1]]
    return RunDuration(
        dag_id=spec.id,
        run_id=run_id,
        run_date=last[-1].run_date,
        began=min(each.began for each in _since_cleared(last)),
        ended=max(each.ended for each in last),
        whole=Duration(_seconds(last), usual([_seconds(tries) for tries in earlier])),
        tasks={
            task.id: Duration(
                done.seconds, usual([each.seconds for tries in earlier for each in _done(tries, task.id)])
            )
            for task in spec.tasks
            for done in _done(last, task.id)
        },
    )


def _runs(spec: DagSpec, task_runs: Iterable[TaskRun]) -> list[tuple[str, list[TaskRun]]]:
    """The tries of each run that has come to its end, up to the first success of each task; the latest run last."""
    runs: dict[str, list[TaskRun]] = {}
    for each in ordered(task_runs):
        tries = runs.setdefault(each.run_id, [])
        if not _done(tries, each.task_id):
            tries.append(each)
    complete = [(run_id, tries) for run_id, tries in runs.items() if _done(tries, spec.tasks[-1].id)]
    return sorted(complete, key=lambda run: (max(each.ended for each in run[1]), run[0]))


def _done(tries: Iterable[TaskRun], task_id: str) -> list[TaskRun]:
    """The success of a task among the tries of a run, if it has one."""
    return [each for each in tries if each.task_id == task_id and each.state == "success"]


def _since_cleared(tries: Sequence[TaskRun]) -> Sequence[TaskRun]:
    """The tries that began once the last that failed for good had ended: all where none did."""
    failed = max((each.ended for each in tries if each.state == "failed"), default=None)
    return tries if failed is None else [each for each in tries if each.began >= failed]


def _seconds(tries: Sequence[TaskRun]) -> float:
    counted = _since_cleared(tries)
    return (max(each.ended for each in counted) - min(each.began for each in counted)).total_seconds()
