"""What the tasks of ``tmdb_platform_monitoring`` do: measure, keep, judge, tell.

What cannot be measured is a finding, and no reason to fail.
"""

import logging
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Ledger
from tmdb_pipeline.clock import SystemClock
from tmdb_pipeline.custom.file import NAME, Fault
from tmdb_pipeline.dags import DagSpec
from tmdb_pipeline.language import Said
from tmdb_pipeline.monitoring.durations import task_runs, words
from tmdb_pipeline.monitoring.durations.slowness import latest_run
from tmdb_pipeline.monitoring.overdue import ADVICE, overdue
from tmdb_pipeline.monitoring.resources import samples
from tmdb_pipeline.monitoring.resources.problems import Problem, problems
from tmdb_pipeline.monitoring.resources.samples import Sample
from tmdb_pipeline.orchestration.alerts.links import run_link
from tmdb_pipeline.orchestration.alerts.telling import deliver_waiting, tell, tell_mended
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.monitoring.api_server import api_server
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import NoWarehouse, WarehouseError

log = logging.getLogger(__name__)

#: Days of samples that problems are looked for in.
_LOOKED_AT = timedelta(days=4)
#: What is told here, and found to be over.
_WATCHED = (Kind.DISK_FILLING, Kind.RESOURCES_SHORT, Kind.NOTHING_SUCCEEDED, Kind.COLLECTION_LEFT_OUT)
_T = TypeVar("_T")


def performance(this: TaskContext[Params], custom: Iterable[DagSpec] = ()) -> Handed:
    """Compare the latest run of each DAG, and its tasks, with those before; tell of slow ones.

    Args:
        this: the task.
        custom: the DAGs of custom collections.

    Returns:
        The runs that were compared, the slow ones by DAG with their tasks, and how many rows are new in the warehouse.

    Raises:
        LakeError: the lake cannot be read.
    """
    moment = now()
    kept = {spec: task_runs.kept(this.lake, spec) for spec in (*dags.EVERY, *custom)}
    past = {spec: [each for each in runs if each.ended <= moment] for spec, runs in kept.items()}  # by our clock
    latest = [run for spec, runs in past.items() if (run := latest_run(spec, runs)) is not None]
    slow = {run.dag_id: run for run in latest if run.is_slow}
    for run in slow.values():
        log.warning("%s", words.cause(run).en)
        _tell(this, words.alert(run, moment, run_link(run.dag_id, run.run_id)))
    for subject in _open(this, Kind.TASK_SLOW) - slow.keys():
        tell_mended(this.lake, this.settings, Kind.TASK_SLOW, subject, moment)
    rows = [each for runs in kept.values() for each in runs]
    return {
        "compared": len(latest),
        "slow": {dag_id: [*run.slow_tasks] for dag_id, run in slow.items()},
        "kept": _in_warehouse("keep_task_runs", rows),
    }


def resources(
    this: TaskContext[Params],
    custom: Mapping[DagSpec, timedelta] = MappingProxyType({}),
    faults: Sequence[Fault] = (),
) -> Handed:
    """Measure machine, disk and processes; tell of what is short, and of DAGs that have not succeeded for too long.

    Alerts that could not be sent until now are sent.

    Args:
        this: the task.
        custom: the DAGs of custom collections, and how long each may go without success.
        faults: what is wrong in the file that describes them.

    Returns:
        What is short, overdue or left out, what could not be measured, and how many rows are new in the warehouse.

    Raises:
        LakeError: the lake cannot be read or written.
    """
    moment = now()
    sample = measure(this.settings.data_root)
    for sentence in sample.unmeasured.values():
        log.warning("%s", sentence)
    samples.keep(this.lake, sample)
    last = moment.date()
    # One that is later than ours is by a clock that is ahead: by ours it has yet to be measured.
    recent = [each for each in samples.kept(this.lake, last - _LOOKED_AT, last) if each.at <= sample.at]
    known = _open(this, Kind.DISK_FILLING) | _open(this, Kind.RESOURCES_SHORT)
    late = [
        Problem(Kind.NOTHING_SUCCEEDED, each.dag_id, each.cause, ADVICE) for each in overdue(this.lake, moment, custom)
    ]
    found = [*problems(recent, known), *late, *_left_out(faults)]
    for problem in found:
        log.warning("%s", problem.cause.en)
        dag_id = problem.subject if problem.kind is Kind.NOTHING_SUCCEEDED else None
        _tell(
            this,
            Alert(
                kind=problem.kind,
                raised_at=moment,
                subject=problem.subject,
                dag_id=dag_id,
                cause=problem.cause,
                advice=problem.advice,
                detail=problem.detail,
            ),
        )
    for kind in _WATCHED:
        for subject in _open(this, kind) - {problem.subject for problem in found if problem.kind is kind}:
            tell_mended(this.lake, this.settings, kind, subject, moment)
    deliver_waiting(this.lake, this.settings)
    return {
        "problems": [f"{problem.kind}: {problem.subject}" for problem in found],
        "unmeasured": sample.unmeasured,
        "kept": _in_warehouse("keep_samples", recent),
    }


def _left_out(faults: Sequence[Fault]) -> list[Problem]:
    """What is told of entries that cannot be used: one alert for all, whose detail has a line for each."""
    if not faults:
        return []
    many = len(faults)
    cause = Said(
        f"{f'{many} entries' if many > 1 else '1 entry'} of {NAME} cannot be used, and "
        f"{'have' if many > 1 else 'has'} no DAG.",
        f"{NAME}에 사용할 수 없는 항목이 {many}개 있어 해당 DAG를 만들지 못했습니다.",
    )
    advice = Said("Mend the lines that the detail names.", "상세 내용에 나온 줄을 고쳐 주십시오.")
    return [Problem(Kind.COLLECTION_LEFT_OUT, NAME, cause, advice, "\n".join(map(str, faults)))]


def measure(data_root: str) -> Sample:
    """What can be measured here and now."""
    from tmdb_pipeline.monitoring.resources import health  # noqa: PLC0415 - brings requests

    clock, unmeasured = SystemClock(), dict[str, str]()

    def tried(name: str, take: Callable[[], _T]) -> _T | None:
        try:
            return take()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            unmeasured[name] = f"{name} cannot be measured: {error}"
            return None

    machine = tried("machine", _machine)
    cpu = tried("CPU", lambda: machine.cpu(clock)) if machine else None
    memory = tried("memory", machine.memory) if machine else None
    disk = tried("disk", lambda: machine.disk(data_root)) if machine else None
    files = tried("files of the disk", lambda: machine.files(data_root)) if machine else None
    return Sample(
        machine=socket.gethostname(),
        at=now(),
        cpus=cpu.cpus if cpu else None,
        cpu_percent=cpu.percent if cpu else None,
        load=tried("load", machine.load) if machine else None,
        memory_bytes=memory.total if memory else None,
        memory_free_bytes=memory.free if memory else None,
        disk_bytes=disk.total if disk else None,
        disk_free_bytes=disk.free if disk else None,
        disk_files=files.total if files else None,
        disk_free_files=files.free if files else None,
        processes=tried("health of Airflow", lambda: health.processes(api_server(), clock)) or {},
        unmeasured=unmeasured,
    )


def _machine() -> ModuleType:
    """What measures the machine.

    Raises:
        SettingsError: its library is not installed.
    """
    try:
        from tmdb_pipeline.monitoring.resources import machine  # noqa: PLC0415 - psutil is an extra
    except ImportError:
        raise SettingsError("psutil is not installed: install tmdb-pipeline[monitoring].") from None
    return machine


def _open(this: TaskContext[Params], kind: Kind) -> set[str]:
    """What is told of already, and not over."""
    return {kept.alert.subject for kept in Ledger(this.lake).open() if kept.alert.kind is kind}


def _tell(this: TaskContext[Params], alert: Alert) -> None:
    """Tell of it, unless that is told already: an hour later it is the same, and not once more."""
    if alert.key not in {kept.alert.key for kept in Ledger(this.lake).open()}:
        tell(this.lake, this.settings, alert)


def _in_warehouse(keep: str, rows: list[Any]) -> int | None:
    """Keep what was measured in the warehouse as well; None where there is none, or none that can be used now."""
    from tmdb_pipeline.monitoring import history  # noqa: PLC0415 - brings psycopg
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - as above

    try:
        with connected(warehouse_address(), "tmdb-pipeline monitoring") as connection:
            new: int = getattr(history, keep)(connection, rows, now())
    except NoWarehouse:
        return None
    except WarehouseError as error:
        log.warning("What was measured is kept on the lake alone: %s", error)
        return None
    return new
