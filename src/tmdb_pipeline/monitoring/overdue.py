"""Which DAG that collects has not succeeded for too long, judged by what its runs have left on the lake.

A run that succeeds leaves a quality report that has not failed, and under a scheduler the record of its last task. A
DAG of which there is neither has never run, and nobody waits for it. Whether a DAG is paused no task can know: one that
somebody has paused on purpose is told once, when it becomes overdue, and not again until it has succeeded.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import COLLECTIONS, DagSpec
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language, Said, moment
from tmdb_pipeline.monitoring.durations.task_runs import kept

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
        at = self.succeeded_at
        return Said(
            f"{self.dag_id} has not succeeded since {moment(at, Language.EN)}.",
            f"{self.dag_id}의 마지막 성공은 {moment(at, Language.KO)}이며, 그 뒤로 성공한 실행이 없습니다.",
        )


def overdue(lake: Lake, now: datetime) -> list[Overdue]:
    """The DAGs that collect, and have not succeeded for too long.

    Raises:
        LakeError: the lake cannot be read.
    """
    succeeded = {spec: last_success(lake, spec) for spec in COLLECTIONS}
    return [Overdue(spec.id, at) for spec, at in succeeded.items() if at is not None and now - at > _allowed(spec)]


def last_success(lake: Lake, spec: DagSpec) -> datetime | None:
    """When a DAG that collects last succeeded; None where nothing on the lake says that it ever did.

    Raises:
        LakeError: the lake cannot be read.
    """
    last = spec.tasks[-1].id
    ended = [each.ended for each in kept(lake, spec) if each.task_id == last and each.state == "success"]
    return max([*ended, *_reported(lake, spec)], default=None)


def _reported(lake: Lake, spec: DagSpec) -> Iterator[datetime]:
    """When the run of the latest date was validated whose report has not failed, if there is one."""
    start = f"{spec.report}_"
    names = [name for name in lake.files(_REPORTS) if name.startswith(start) and name.endswith(".json")]
    for name in sorted((name for name in names if name[len(start) : -5].isdigit()), reverse=True):
        try:
            report = QualityReport.read(lake, f"{_REPORTS}/{name}")
            at = datetime.fromisoformat(report.validated_at or "")
        except (LakeError, ValueError):  # somebody else's file
            continue
        if report.verdict != "failed":
            yield at if at.tzinfo else at.replace(tzinfo=SEOUL)
            return


def _allowed(spec: DagSpec) -> timedelta:
    return DAILY if (spec.cron or "* * * * *").endswith("*") else WEEKLY
