"""Who is told of what: the library's alerts on the held clock, and a phone that takes down what arrives."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from simulation.held_clock import HeldClock

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.causes import Failure
from tmdb_pipeline.alerts.ledger import Ledger, Mender
from tmdb_pipeline.alerts.message import Message
from tmdb_pipeline.alerts.outbox import Outbox
from tmdb_pipeline.dags import find
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.monitoring.durations.task_runs import TaskRun, keep
from tmdb_pipeline.monitoring.overdue import ADVICE, overdue
from tmdb_pipeline.orchestration.alerts.failures import kinds_of
from tmdb_pipeline.orchestration.alerts.wordings import MENDED_BY_SUCCESS, Told, checks_warn, failed, low_quality
from tmdb_pipeline.quality.gate import GateResult
from tmdb_pipeline.run import Run


class Arrived(NamedTuple):
    """A message as somebody reads it: when, its subject, what happened, and the DAG that it is about."""

    moment: datetime
    subject: str
    cause: str
    dag_id: str


class Phone:
    """A channel by which everything arrives at once."""

    name = "phone"

    def __init__(self, clock: HeldClock) -> None:
        """Nothing has arrived."""
        self.arrived: list[Arrived] = []
        self._clock = clock

    def send(self, message: Message) -> None:
        """Take it down."""
        self.arrived.append(
            Arrived(self._clock.now(), message.subject, message.cause, dict(message.facts).get("DAG", ""))
        )


class Bell:
    """Tells people of runs as the callbacks of the DAGs do, and of what is overdue as the monitoring does."""

    def __init__(self, lake: Lake, clock: HeldClock, spare: Path) -> None:
        """Keep what is told in a lake, or aside while that cannot be written."""
        self.phone = Phone(clock)
        self._lake = lake
        self._clock = clock
        self._outbox = Outbox(lake, [self.phone], Language.EN, clock.now, spare=Lake(str(spare)))

    def failed(self, run: Run, task: str, error: BaseException) -> None:
        """Tell that a run has failed for good, by what its last try said."""
        kinds = kinds_of(error if isinstance(error, Exception) else None)
        self._outbox.tell(failed(_told(run), [Failure(task, None, kinds, f"{error}")], self._clock.now()))

    def succeeded(self, run: Run) -> None:
        """Note that a run has come to its end, and tell what it has mended, if anything was open."""
        now = self._clock.now()
        ended = TaskRun(
            dag_id=run.dag_id,
            task_id=find(run.dag_id).tasks[-1].id,
            run_id=run.run_id,
            run_date=run.day,
            try_number=1,
            state="success",
            began=now,
            ended=now,
            cpu_seconds=0.0,
            peak_memory_bytes=0,
        )
        with suppress(LakeError):  # as where tasks run
            keep(self._lake, ended)
        self._outbox.tell_mended(MENDED_BY_SUCCESS, run.dag_id, now, Mender(run.run_id, run.day))

    def judged(self, run: Run, result: GateResult) -> None:
        """Tell of the quality of a run."""
        self._warn(run, low_quality(_told(run), result, result.report_html, self._clock.now()))

    def checked(self, run: Run, warnings: Sequence[str]) -> None:
        """Tell of what the checks of the warehouse found."""
        self._warn(run, checks_warn(_told(run), warnings, self._clock.now()))

    def watch(self) -> None:
        """Tell of DAGs that have not succeeded for too long, and send what waits."""
        now = self._clock.now()
        late = overdue(self._lake, now)
        for each in late:
            self._outbox.tell(
                Alert(
                    kind=Kind.NOTHING_SUCCEEDED,
                    raised_at=now,
                    subject=each.dag_id,
                    dag_id=each.dag_id,
                    cause=each.cause,
                    advice=ADVICE,
                )
            )
        known = {kept.alert.subject for kept in Ledger(self._lake).open() if kept.alert.kind is Kind.NOTHING_SUCCEEDED}
        for subject in known - {each.dag_id for each in late}:
            self._outbox.tell_mended([Kind.NOTHING_SUCCEEDED], subject, now)
        self._outbox.deliver()

    def _warn(self, run: Run, alert: Alert | None) -> None:
        if alert is None:
            self._outbox.tell_mended([Kind.QUALITY_WARNED], run.dag_id, self._clock.now())
        else:
            self._outbox.tell(alert)


def _told(run: Run) -> Told:
    day: date = run.day
    return Told(run.dag_id, run.run_id, day)
