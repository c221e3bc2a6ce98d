"""Telling of quality that is low, though good enough to go on with; and that it is no more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.causes import some_of
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Count, Language, Said, percent
from tmdb_pipeline.orchestration.alerts.channels import Mail
from tmdb_pipeline.orchestration.alerts.links import run_link
from tmdb_pipeline.orchestration.alerts.telling import tell, tell_mended
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.quality.gate import GateResult

_LOW = Said(
    "Only {rate} of the movies passed ({passed} of {total}).", "검증 통과율이 {rate}입니다({total}편 중 {passed}편)."
)
_MISSING = Said(
    "Movies of {pages} {pages:page|pages} are missing, or may be.", "{pages}개 페이지의 영화가 누락되었을 수 있습니다."
)
_LOOK = Said(
    "See in the report which rules were broken or which pages are missing; the run goes on.",
    "보고서에서 위반된 규칙이나 누락된 페이지를 확인해 주십시오. 실행은 계속됩니다.",
)
_CHECKS = Said(
    "{count} {count:check|checks} of the warehouse {count:warns|warn}.",
    "웨어하우스 검사 {count}건에 주의가 필요합니다.",
)
_LOOK_AT_CHECKS = Said(
    "See in the report of the warehouse what they found; the tables stay as they are.",
    "웨어하우스 보고서에서 내용을 확인해 주십시오. 테이블은 그대로입니다.",
)


def tell_quality(this: TaskContext[Any], result: GateResult) -> None:
    """Tell of the quality of a run of a collection that has not failed."""
    if result.verdict == "passed":
        tell_mended(this.lake, this.settings, Kind.QUALITY_WARNED, this.run.dag_id, _now())
        return
    passed, total, rate = result.total_movies_passed, result.total_movies_validated, result.validation_rate
    causes = []
    if passed * 100 < result.thresholds["warn"] * total:
        en, ko = (percent(rate, language, 2) for language in (Language.EN, Language.KO))
        counts = {"passed": Count(passed), "total": Count(total)}
        causes.append(Said(_LOW.en.format(rate=en, **counts), _LOW.ko.format(rate=ko, **counts)))
    if result.pages_missing:
        causes.append(_MISSING.filled(pages=Count(len(result.pages_missing))))
    cause = Said(" ".join(each.en for each in causes), " ".join(each.ko for each in causes))
    _warn(this, cause, _LOOK, f"{this.lake.locate(result.report_html)}")


def tell_warehouse(this: TaskContext[Params], checked: Mapping[str, Any], *, mailed: bool = False) -> None:
    """Tell of what the checks of the warehouse found, unless it is an alarm: that fails the run, and is told then.

    By mail a warning is told by the report, which says more. Until that is ``mailed`` the alert waits: if it never is,
    the alert goes out by mail, too.
    """
    messages = checked["messages"]
    if messages["alarm"]:
        return
    if messages["warning"]:
        _warn(
            this,
            _CHECKS.filled(count=Count(len(messages["warning"]))),
            _LOOK_AT_CHECKS,
            some_of(messages["warning"], 5),
            **({"told_by": [Mail.name]} if mailed else {"later": [Mail.name]}),
        )
    else:
        tell_mended(this.lake, this.settings, Kind.QUALITY_WARNED, this.run.dag_id, _now())


def _warn(this: TaskContext[Any], cause: Said, advice: Said, detail: str, **how: Collection[str]) -> None:
    alert = Alert(
        kind=Kind.QUALITY_WARNED,
        raised_at=_now(),
        subject=this.run.dag_id,
        dag_id=this.run.dag_id,
        run_id=this.run.run_id,
        run_date=this.run.day,
        cause=cause,
        advice=advice,
        detail=detail,
        link=run_link(this.host or this.run.dag_id, this.run.run_id),
    )
    tell(this.lake, this.settings, alert, **how)


def _now() -> datetime:
    return datetime.now(SEOUL)
