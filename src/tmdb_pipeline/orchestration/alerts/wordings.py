"""What alerts about a run say, by what is known of it. Whoever knows that, Airflow or not, has them told."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.causes import QUALITY, Cause, Failure, cause_of, details_of, some_of
from tmdb_pipeline.language import Count, Language, Said, percent
from tmdb_pipeline.quality.gate import GateResult

#: What a run that succeeds shows to be over. That quality warns is over when nothing is to be warned of.
MENDED_BY_SUCCESS: Final = (Kind.RUN_FAILED, Kind.QUALITY_FAILED, Kind.RUN_SLOW, Kind.NOTHING_SUCCEEDED)
_TIMED_OUT: Final = Cause(
    Said("The run took longer than it may, and was ended.", "실행이 제한 시간을 넘겨 종료되었습니다."),
    Said(
        "See which task it waited for, then clear the run.",
        "어떤 태스크를 기다렸는지 확인한 뒤 초기화(clear)해 주십시오.",
    ),
)
_LOW: Final = Said(
    "Only {rate} of the movies passed ({passed} of {total}).", "검증 통과율이 {rate}입니다({total}편 중 {passed}편)."
)
_MISSING: Final = Said(
    "Movies of {pages} {pages:page|pages} are missing, or may be.", "{pages}개 페이지의 영화가 누락되었을 수 있습니다."
)
_LOOK: Final = Said(
    "See in the report which rules were broken or which pages are missing; the run goes on.",
    "보고서에서 위반된 규칙이나 누락된 페이지를 확인해 주십시오. 실행은 계속됩니다.",
)
_CHECKS: Final = Said(
    "{count} {count:check|checks} of the warehouse {count:warns|warn}.",
    "웨어하우스 검사 {count}건에 주의가 필요합니다.",
)
_LOOK_AT_CHECKS: Final = Said(
    "See in the report of the warehouse what they found; the tables stay as they are.",
    "웨어하우스 보고서에서 내용을 확인해 주십시오. 테이블은 그대로입니다.",
)


class Told(NamedTuple):
    """The run that is told of: Airflow's ids, its run date in Asia/Seoul if it has one, and where it is shown."""

    dag_id: str
    run_id: str
    run_date: date | None
    link: str | None = None


def failed(run: Told, failures: Sequence[Failure], now: datetime, *, timed_out: bool = False) -> Alert:
    """That a run has failed for good, at an aware moment, by why its tasks did, if they could say it."""
    cause = cause_of(failures) if failures or not timed_out else _TIMED_OUT
    about_quality = any(QUALITY.intersection(failure.kinds) for failure in failures)
    tries = [failure.try_number for failure in failures if failure.try_number]
    return Alert(
        kind=Kind.QUALITY_FAILED if about_quality else Kind.RUN_FAILED,
        raised_at=now,
        subject=run.dag_id,
        dag_id=run.dag_id,
        run_id=run.run_id,
        run_date=run.run_date,
        task_ids=tuple(failure.task_id for failure in failures),
        try_number=max(tries, default=None),
        cause=cause.happened,
        advice=cause.advice,
        detail=details_of(failures),
        link=run.link,
    )


def low_quality(run: Told, result: GateResult, where: str, now: datetime) -> Alert | None:
    """That the quality of a run of a collection is low, whose report lies there; None where it is not."""
    if result.verdict == "passed":
        return None
    passed, total, rate = result.total_movies_passed, result.total_movies_validated, result.validation_rate
    causes = []
    if passed * 100 < result.thresholds["warn"] * total:
        en, ko = (percent(rate, language, 2) for language in (Language.EN, Language.KO))
        counts = {"passed": Count(passed), "total": Count(total)}
        causes.append(Said(_LOW.en.format(rate=en, **counts), _LOW.ko.format(rate=ko, **counts)))
    if result.pages_missing:
        causes.append(_MISSING.filled(pages=Count(len(result.pages_missing))))
    cause = Said(" ".join(each.en for each in causes), " ".join(each.ko for each in causes))
    return _warned(run, cause, _LOOK, where, now)


def checks_warn(run: Told, warnings: Collection[str], now: datetime) -> Alert | None:
    """That checks of the warehouse warn, with their messages; None where none does."""
    if not warnings:
        return None
    cause = _CHECKS.filled(count=Count(len(warnings)))
    return _warned(run, cause, _LOOK_AT_CHECKS, some_of([*warnings], 5), now)


def _warned(run: Told, cause: Said, advice: Said, detail: str, now: datetime) -> Alert:
    return Alert(
        kind=Kind.QUALITY_WARNED,
        raised_at=now,
        subject=run.dag_id,
        dag_id=run.dag_id,
        run_id=run.run_id,
        run_date=run.run_date,
        cause=cause,
        advice=advice,
        detail=detail,
        link=run.link,
    )
