"""What Airflow calls when a run has failed, has succeeded, or takes too long.

The first two run in the DAG processor, which ends them after 50 seconds, and in ``dag.test()`` in the same process. The
third runs in the executor. Each tells of the run once, and never fails.
"""

import logging
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow.sdk.exceptions import AirflowSecretsBackendAccessDenied

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.ledger import Ledger, Mender
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import DagSpec
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language, Said, duration
from tmdb_pipeline.monitoring.durations.task_runs import successes
from tmdb_pipeline.orchestration.alerts.failures import failures_of
from tmdb_pipeline.orchestration.alerts.links import run_link
from tmdb_pipeline.orchestration.alerts.telling import close, tell, tell_all_mended
from tmdb_pipeline.orchestration.alerts.wordings import MENDED_BY_SUCCESS, Told, failed
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.settings import Settings, SettingsError

log = logging.getLogger(__name__)

_SLOW = Said(
    "The run has taken longer than {time} and has not ended.", "실행 시간이 {time} 이상이며 아직 끝나지 않았습니다."
)
_SLOW_ADVICE = Said(
    "See in Airflow which task it waits for: one that is tried again, or one that hangs.",
    "Airflow에서 어떤 태스크를 기다리는지 확인해 주십시오(재시도 중이거나 멈춘 태스크).",
)


def run_failed(context: Mapping[str, Any]) -> None:
    """Tell that a run has failed, in one message, however many tasks did. An ``on_failure_callback`` of a DAG."""
    lake, settings = _lake_and_settings()
    dag_id, run_id = context["dag"].dag_id, context["run_id"]
    failures = failures_of(context)
    now = datetime.now(SEOUL)
    if lake:
        close(lake, settings, [Kind.RUN_SLOW], dag_id, now)
    told = Told(dag_id, run_id, run_date(context) if "dag_run" in context else None, run_link(dag_id, run_id))
    alert = failed(told, failures, now, timed_out=context.get("reason") == "timed_out")
    tell(lake, settings, alert, told_by={name for failure in failures for name in failure.told_by})


def run_succeeded(context: Mapping[str, Any]) -> None:
    """Tell what this run has mended, if anything was open. An ``on_success_callback`` of a DAG."""
    lake, settings = _lake_and_settings()
    if lake:
        now = datetime.now(SEOUL)
        by = Mender(context["run_id"], run_date(context) if "dag_run" in context else None)
        tell_all_mended(lake, settings, MENDED_BY_SUCCESS, context["dag"].dag_id, now, by=by)


def run_slow(context: Mapping[str, Any], **_: object) -> None:
    """Tell that a run has not ended by its deadline. Called by a ``DeadlineAlert``, which gives plain values.

    Airflow calls it for runs that have failed by then, too, which are told of already. What it gives is how the run was
    when its deadline passed, and the callback may have waited for a place in the executor since: what the run has left
    on the lake says whether it has ended meanwhile.
    """
    run = context["dag_run"]
    if run["state"] not in {"queued", "running"}:
        return
    lake, settings = _lake_and_settings()
    dag_id, run_id = run["dag_id"], run["dag_run_id"]
    queued_at = datetime.fromisoformat(run["queued_at"] or run["run_after"])
    if lake and _has_ended(lake, dags.find(dag_id), run_id, queued_at):
        return
    seconds = dags.find(dag_id).deadline.total_seconds()
    moment = datetime.fromisoformat(run["logical_date"] or run["run_after"])
    alert = Alert(
        kind=Kind.RUN_SLOW,
        raised_at=datetime.now(SEOUL),
        subject=dag_id,
        dag_id=dag_id,
        run_id=run_id,
        run_date=moment.astimezone(SEOUL).date(),
        cause=Said(
            _SLOW.en.format(time=duration(seconds, Language.EN)), _SLOW.ko.format(time=duration(seconds, Language.KO))
        ),
        advice=_SLOW_ADVICE,
        link=run_link(dag_id, run_id),
    )
    tell(lake, settings, alert)


def _has_ended(lake: Lake, spec: DagSpec, run_id: str, since: datetime) -> bool:
    """Whether a run that was queued then has ended: its last task has, or it is told to have failed."""
    try:
        if any(each.run_id == run_id and each.ended >= since for each in successes(lake, spec)):
            return True
        told = Ledger(lake).between(since.astimezone(SEOUL).date(), datetime.now(SEOUL).date())
    except LakeError as error:
        log.warning("Nobody can say whether %s has ended: %s", run_id, error)
        return False
    failed = {Kind.RUN_FAILED, Kind.QUALITY_FAILED}
    return any(kept.alert.kind in failed and kept.alert.run_id == run_id for kept in told)


def _settings() -> Settings:
    """The settings in force; those of the environment where Airflow lets nobody look for the Connection.

    That is so for what a deadline calls: it gets no Connection that is not in its environment (3.3.2).

    Raises:
        SettingsError: a value cannot be used.
    """
    try:
        return settings_in_force()
    except AirflowSecretsBackendAccessDenied:
        return Settings.from_environment(os.environ)


def _lake_and_settings() -> tuple[Lake | None, Settings]:
    """What is to be told by; where a setting is what is wrong, all is told without a lake, in the default language."""
    try:
        settings = _settings()
    except SettingsError as error:
        log.warning("Alerts are sent and not kept: %s", error)
        return None, Settings()
    try:
        return Lake(settings.data_root), settings
    except LakeError as error:
        log.warning("Alerts are sent and not kept: %s", error)
        return None, settings
