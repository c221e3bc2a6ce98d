"""What is kept of each task that has ended: a line in the file of its task on the lake.

A task writes it itself when it has ended (``orchestration.monitoring.ended``). Airflow's own tables would tell as much,
but no task may read them, and its API would need an address, a user and a password for that alone. So a data root is
all that it takes. A file holds the last of a task, so that nothing grows where nobody ever reads it.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated

import msgspec

from tmdb_pipeline.dags import DagSpec
from tmdb_pipeline.lake.store import Lake

FOLDER = "raw/metadata/platform/task_runs"
#: Tries of a task that are kept: its last thirty successes, and what failed between them.
KEPT = 60
_Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class TaskRun(msgspec.Struct, frozen=True, kw_only=True):
    """A try of a task that has ended.

    Attributes:
        run_date: in Seoul.
        try_number: from 1.
        state: Airflow's: ``success``, ``failed``, ``up_for_retry``.
        cpu_seconds: what its process has used, user and system.
        peak_memory_bytes: the most that its process had in memory at once.
    """

    dag_id: str
    task_id: str
    run_id: str
    run_date: date
    try_number: int
    state: str
    began: _Aware
    ended: _Aware
    cpu_seconds: float
    peak_memory_bytes: int

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended - self.began).total_seconds()

    @property
    def key(self) -> tuple[str, str, str, int]:
        """Which try it is."""
        return self.dag_id, self.task_id, self.run_id, self.try_number


def keep(lake: Lake, task_run: TaskRun) -> None:
    """Keep a try that has ended, and forget the oldest of its task beyond ``KEPT``.

    Raises:
        LakeError: it cannot be written.
    """

    def added(data: bytes | None) -> bytes:
        kept = ordered([*_lines(data or b""), task_run])[-KEPT:]
        return b"".join(msgspec.json.encode(each) + b"\n" for each in kept)

    lake.change(_file(task_run.dag_id, task_run.task_id), added)


def kept(lake: Lake, spec: DagSpec) -> list[TaskRun]:
    """What is kept of the tasks of a DAG, in the order in which they ended.

    Raises:
        LakeError: a file cannot be read.
    """
    names = {*lake.files(f"{FOLDER}/{spec.id}")}
    files = [_file(spec.id, task.id) for task in spec.tasks if f"{task.id}.jsonl" in names]
    return ordered(task_run for file in files for task_run in _lines(lake.read(file)))


def successes(lake: Lake, spec: DagSpec) -> list[TaskRun]:
    """The successes of the last task of a DAG, with which a run has come to its end.

    Raises:
        LakeError: a file cannot be read.
    """
    last = spec.tasks[-1].id
    return [each for each in kept(lake, spec) if each.task_id == last and each.state == "success"]


def ordered(task_runs: Iterable[TaskRun]) -> list[TaskRun]:
    """Each try once, in the order in which they ended."""
    return sorted({each.key: each for each in task_runs}.values(), key=lambda each: (each.ended, each.key))


def _lines(data: bytes) -> list[TaskRun]:
    """What the lines of a file hold; a damaged one is a measurement less, and no reason to fail."""
    found = []
    for line in data.splitlines():
        try:
            found.append(msgspec.json.decode(line, type=TaskRun))
        except msgspec.DecodeError:
            continue
    return found


def _file(dag_id: str, task_id: str) -> str:
    return f"{FOLDER}/{dag_id}/{task_id}.jsonl"
