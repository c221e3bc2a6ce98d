"""What is wrong with the pipeline, the most important first: what the first sentence of the page is made of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final, Literal

import msgspec

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.dags import COLLECTIONS
from tmdb_pipeline.language import Language, Said, percent
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.facts.checks import CheckFacts
from tmdb_pipeline.page.facts.runs import RunFacts, latest_of_each
from tmdb_pipeline.page.names import dag_name
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.warehouse.checks.check import Level
from tmdb_pipeline.warehouse.checks.freshness import LIMITS

Tone = Literal["alarm", "warning"]
#: Kinds of alerts that say that something is lost or stands still. All others warn.
_ALARMS: Final = {Kind.RUN_FAILED, Kind.QUALITY_FAILED, Kind.NOTHING_SUCCEEDED, Kind.DISK_FILLING}
#: What an alert and a finding of the page both tell of: it is told once.
_TOPICS: Final[Mapping[Kind, str]] = {
    Kind.RUN_FAILED: "run",
    Kind.QUALITY_FAILED: "quality",
    Kind.QUALITY_WARNED: "quality",
    Kind.NOTHING_SUCCEEDED: "age",
}
#: The checks that tell of the age of a collection, as the page does itself by its files, which are there sooner.
_FRESHNESS: Final = {f"freshness.{spec.name}": ("age", spec.id) for spec in COLLECTIONS}
#: A load follows its run within minutes; with its retries it takes no longer than this.
_LOADED_WITHIN: Final = timedelta(hours=2)
_WARNS: Final = Thresholds().warn


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person should look at.

    Attributes:
        said: one sentence: what is wrong.
        advice: one sentence: what to do.
        link: the page that tells more, from the first one.
        topic: what it is about; of several findings on one topic the first is told.
    """

    tone: Tone
    said: Said
    advice: Said
    link: str | None = None
    topic: tuple[str, str]


def findings(
    asked: Asked,
    runs: Sequence[RunFacts],
    alerts: Sequence[Kept],
    airflow: AirflowFacts,
    checks: Sequence[CheckFacts],
) -> list[Finding]:
    """What is wrong, alarms first; of each topic the first, for an open alert says more than we can."""
    latest = latest_of_each(runs)
    found = [*_alerts(alerts), *_airflow(airflow), *_quality(latest), *_age(asked, latest), *_checks(checks)]
    found += _waiting(asked, runs)
    once: dict[tuple[str, str], Finding] = {}
    for finding in found:
        once.setdefault(finding.topic, finding)
    return sorted(once.values(), key=lambda finding: finding.tone != "alarm")


def _alerts(alerts: Sequence[Kept]) -> Iterator[Finding]:
    for kept in alerts:
        alert = kept.alert
        yield Finding(
            tone="alarm" if alert.kind in _ALARMS else "warning",
            said=alert.cause,
            advice=alert.advice,
            link="alerts",
            topic=(_TOPICS.get(alert.kind, alert.kind), alert.subject),
        )


def _airflow(airflow: AirflowFacts) -> Iterator[Finding]:
    for dag in airflow.dags:
        if dag.last and dag.last.state == "failed":
            name = dag_name(dag.dag_id)
            yield Finding(
                tone="alarm",
                said=Said(f"The latest run of {name.en} failed.", f"{name.ko}의 최근 실행이 실패했습니다."),
                advice=Said(
                    f"Open {dag.dag_id} in Airflow, read the log of the task that failed, mend the cause and clear it.",
                    f"Airflow에서 {dag.dag_id}를 열어 실패한 태스크의 로그를 확인하고, 원인을 해결한 뒤 그 태스크를 "
                    "초기화(Clear)해 주십시오.",
                ),
                topic=("run", dag.dag_id),
            )


def _quality(latest: Mapping[str, RunFacts]) -> Iterator[Finding]:
    for dag_id, run in latest.items():
        name, link = dag_name(dag_id), f"runs/{dag_id}/{run.run_date}"
        rate = percent(run.pass_rate, Language.EN)  # the same in Korean
        if run.verdict == "failed":
            yield Finding(
                tone="alarm",
                said=Said(
                    f"Quality stopped {name.en} of {run.run_date}: only {rate} of the records passed.",
                    f"{run.run_date} {name.ko} 결과가 품질 기준에 미달하여 중단되었습니다. 통과율은 {rate}입니다.",
                ),
                advice=Said(
                    "See which rules were broken, then mend the rule or run the date again.",
                    "어떤 규칙을 위반했는지 확인하고, 규칙을 고치거나 해당 날짜를 다시 실행해 주십시오.",
                ),
                link=link,
                topic=("quality", dag_id),
            )
        elif run.pages_missing:
            yield Finding(
                tone="warning",
                said=Said(
                    f"Pages missing from {name.en} of {run.run_date}: {run.pages_missing}.",
                    f"{run.run_date} {name.ko}에서 빠진 페이지가 {run.pages_missing}개 있습니다.",
                ),
                advice=Said(
                    "Run the date again: only what is missing is asked for anew.",
                    "해당 날짜를 다시 실행하면 TMDB에 다시 요청합니다.",
                ),
                link=link,
                topic=("quality", dag_id),
            )
        elif run.pass_rate < _WARNS or run.verdict == "warned":
            yield Finding(
                tone="warning",
                said=Said(
                    f"Only {rate} of the records of {name.en} of {run.run_date} passed.",
                    f"{run.run_date} {name.ko}의 통과율이 {rate}로 낮습니다.",
                ),
                advice=Said("See which rules were broken.", "어떤 규칙을 위반했는지 확인해 주십시오."),
                link=link,
                topic=("quality", dag_id),
            )


def _age(asked: Asked, latest: Mapping[str, RunFacts]) -> Iterator[Finding]:
    for dag_id, run in latest.items():
        limits = LIMITS.get(dag_id)
        if limits is None or run.validated_at is None:
            continue
        hours = (asked.now - run.validated_at).total_seconds() / 3600
        if hours > limits.warn:
            name = dag_name(dag_id)
            yield Finding(
                tone="alarm" if hours > limits.alarm else "warning",
                said=Said(
                    f"{name.en.capitalize()} has brought nothing new for {hours:,.0f} hours.",
                    f"{name.ko}에서 {hours:,.0f}시간 동안 새 데이터가 들어오지 않았습니다.",
                ),
                advice=Said(
                    f"See in Airflow whether {dag_id} is paused, failed or waiting.",
                    f"Airflow에서 DAG {dag_id}의 상태가 일시 중지, 실패, 대기 중 하나인지 확인해 주십시오.",
                ),
                topic=("age", dag_id),
            )


def _checks(checks: Sequence[CheckFacts]) -> Iterator[Finding]:
    tones: dict[str, Tone] = {Level.ALARM: "alarm", Level.WARNING: "warning"}
    for check in checks:
        if check.level in tones:
            yield Finding(
                tone=tones[check.level],
                said=check.said,
                advice=Said(
                    f"Look at the report of the warehouse: the check {check.name} names its query.",
                    f"웨어하우스 품질 보고서에서 검사 {check.name}의 쿼리를 확인해 주십시오.",
                ),
                link="./#checks",
                topic=_FRESHNESS.get(check.name, ("check", check.name)),
            )


def _waiting(asked: Asked, runs: Sequence[RunFacts]) -> Iterator[Finding]:
    """Runs that are good and not in the warehouse, where it has others: with none it was never meant to have any."""
    late = [
        run
        for run in runs
        if run.loaded_at is None
        and run.verdict != "failed"
        and run.validated_at
        and asked.now - run.validated_at > _LOADED_WITHIN
    ]
    if late and any(run.loaded_at for run in runs):
        yield Finding(
            tone="warning",
            said=Said(
                f"Runs that are not in the warehouse yet: {len(late)}.",
                f"웨어하우스에 적재되지 않은 실행이 {len(late)}건 있습니다.",
            ),
            advice=Said(
                "Trigger tmdb_warehouse_load with their run_dates.",
                "tmdb_warehouse_load를 해당 run_dates로 실행해 주십시오.",
            ),
            link="runs",
            topic=("load", ""),
        )
