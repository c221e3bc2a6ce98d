"""Which DAG that collects has not succeeded for too long, judged by what its runs have left on the lake.

A run that succeeds leaves a quality report that has not failed, and under a scheduler the record of its last task. A
DAG of which there is neither has never run, and nobody waits for it. Whether a DAG is paused no task can know: one that
somebody has paused on purpose is told once, when it becomes overdue, and not again until it has succeeded.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import COLLECTIONS, DagSpec, name_of
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language, Said, moment
from tmdb_pipeline.monitoring.durations.task_runs import successes

_REPORTS = "raw/metadata/quality_reports"
#: How long a DAG may go without success: a little more than from one run to the next.
DAILY, WEEKLY = timedelta(hours=26), timedelta(days=8)
ADVICE = Said(
    en="See in Airflow whether the DAG is paused and what its last runs say; then trigger it.",
    ko="Airflow에서 DAG가 일시 중지되었는지, 최근 실행이 왜 실패했는지 확인한 뒤 다시 트리거해 주십시오.",
)


class Overdue(msgspec.Struct, frozen=True):
    """A DAG that has not succeeded for too long, and when it last did."""

    dag_id: str
    succeeded_at: datetime

    @property
    def cause(self) -> Said:
        """The same in words."""
        at, name = self.succeeded_at, name_of(self.dag_id)
        return Said(
            f"{name.en} has not succeeded since {moment(at, Language.EN)}.",
            f"{name.ko}의 마지막 성공은 {moment(at, Language.KO)}이며, 그 뒤로 성공한 실행이 없습니다.",
        )


def overdue(lake: Lake, now: datetime, custom: Mapping[DagSpec, timedelta] = MappingProxyType({})) -> list[Overdue]:
    """The DAGs that collect, and have not succeeded for too long.

    Args:
        lake: what their runs have left.
        now: the moment, aware.
        custom: those of custom collections, and how long each may go without success.

    Raises:
        LakeError: the lake cannot be read.
    """
    allowed = {spec: _allowed(spec) for spec in COLLECTIONS} | {**custom}
    succeeded = {spec: last_success(lake, spec, now, now - allowed[spec]) for spec in allowed}
    return [Overdue(spec.id, at) for spec, at in succeeded.items() if at is not None and now - at > allowed[spec]]


def last_success(lake: Lake, spec: DagSpec, now: datetime, enough: datetime | None = None) -> datetime | None:
    """When a DAG that collects last succeeded; None where nothing on the lake says that it ever did.

    What is said to have been later than now is by a clock that was ahead, and says nothing. One that is not before
    ``enough`` is taken for the last, and no more is read.

    Raises:
        LakeError: the lake cannot be read.
    """
    latest = None
    for at in _succeeded(lake, spec, now):
        latest = max(at, latest or at)
        if enough is not None and latest >= enough:
            break
    return latest


def _succeeded(lake: Lake, spec: DagSpec, now: datetime) -> Iterator[datetime]:
    """When its runs have succeeded, those of the latest dates first."""
    ended = (each.ended for each in successes(lake, spec) if each.ended <= now)
    yield from sorted(ended, reverse=True)
    yield from _reported(lake, spec, now)


def _reported(lake: Lake, spec: DagSpec, now: datetime) -> Iterator[datetime]:
    """When the runs were validated whose reports have not failed. One of an early date may be of a late moment."""
    start = f"{spec.report}_"
    names = [name for name in lake.files(_REPORTS) if name.startswith(start) and name.endswith(".json")]
    for name in sorted((name for name in names if name[len(start) : -5].isdigit()), reverse=True):
        try:
            report = QualityReport.read(lake, f"{_REPORTS}/{name}")
            at = datetime.fromisoformat(report.validated_at or "")
        except (LakeError, ValueError):  # somebody else's file
            continue
        at = at if at.tzinfo else at.replace(tzinfo=SEOUL)
        if report.verdict != "failed" and at <= now:
            yield at


def _allowed(spec: DagSpec) -> timedelta:
    return DAILY if (spec.cron or "* * * * *").endswith("*") else WEEKLY
