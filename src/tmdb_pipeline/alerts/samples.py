"""One alert of each kind, about things that have not happened: to see what they look like, and that they arrive."""

from datetime import datetime, timedelta

import msgspec

from tmdb_pipeline import dags
from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.alerts.causes import Failure, cause_of
from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.alerts.message import Message, mended, raised
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import Stage
from tmdb_pipeline.language import Language, Said

_WORD = Said("Test", "시험")
_TEST = Said("This is a test: nothing has happened. ", "시험 발송이며 실제로 발생한 일은 아닙니다. ")

_SAMPLES: dict[Kind, tuple[str, Said, Said]] = {
    Kind.RUN_SLOW: (
        dags.WEEKLY.id,
        Said("The run has taken more than 2 h and still runs.", "실행이 2시간을 넘겼으며 아직 진행 중입니다."),
        Said("See in Airflow which task it waits for.", "Airflow에서 어떤 태스크를 기다리는지 확인해 주십시오."),
    ),
    Kind.QUALITY_WARNED: (
        dags.DAILY.id,
        Said("Only 74.16% of the movies passed.", "검증을 통과한 영화가 74.16%입니다."),
        Said("Look at the quality report.", "품질 보고서를 확인해 주십시오."),
    ),
    Kind.NOTHING_SUCCEEDED: (
        dags.DAILY.id,
        Said("No run has succeeded for 26 h.", "26시간 동안 성공한 실행이 없습니다."),
        Said(
            "See whether the scheduler runs and the DAG is paused.", "스케줄러와 DAG 일시 중지 여부를 확인해 주십시오."
        ),
    ),
    Kind.DISK_FILLING: (
        "/opt/airflow/data",
        Said("The disk will be full in 3 days.", "디스크가 3일 뒤 가득 찰 것으로 예상됩니다."),
        Said("Make room on it.", "공간을 확보해 주십시오."),
    ),
    Kind.TASK_SLOW: (
        dags.DAILY.id,
        Said("collect_popular_movies took 9 min; usually it is 40 s.", "collect_popular_movies 9분(평소 40초)."),
        Said("See in its log what it waited for.", "로그에서 무엇을 기다렸는지 확인해 주십시오."),
    ),
    Kind.RESOURCES_SHORT: (
        "scheduler",
        Said("96% of the memory is used.", "메모리를 96% 사용하고 있습니다."),
        Said("See which process uses it.", "어떤 프로세스가 쓰고 있는지 확인해 주십시오."),
    ),
    Kind.BACKUP_FAILED: (
        "tmdb-backup",
        Said("Last night's backup could not be made.", "지난밤 백업을 만들지 못했습니다."),
        Said("Mend what the detail says.", "상세 내용을 확인하고 고쳐 주십시오."),
    ),
    Kind.COLLECTION_LEFT_OUT: (
        "custom_collections.yaml",
        Said("An entry cannot be used, and has no DAG.", "사용할 수 없는 항목이 있어 DAG를 만들지 못했습니다."),
        Said("Mend the line that the detail names.", "상세 내용에 나온 줄을 고쳐 주십시오."),
    ),
    Kind.MODEL_DRIFTED: (
        "popular_again",
        Said(
            "20261101-1a2b3c4d answers worse than when it was judged: Brier score 0.1710 on 14 days, allowed 0.1500.",
            "20261101-1a2b3c4d의 예측이 평가 때보다 나빠졌습니다: 14일 브라이어 점수 0.1710, 한도 0.1500.",
        ),
        Said("Promote a newer version.", "더 새로운 버전을 승격해 주십시오."),
    ),
    Kind.HELD_BACK: (
        "000000",
        Said("190 more alerts came within a minute.", "1분 안에 알림 190건이 더 발생했습니다."),
        Said("Look at all of them in raw/metadata/alerts.", "raw/metadata/alerts에서 확인해 주십시오."),
    ),
}


def samples(language: Language, now: datetime, link: str | None = None) -> list[Message]:
    """A message of each kind, and one that something is over, each saying that it is a test; ``now`` is aware."""
    kept = [Kept(alert=_alert(kind, now, link), raising="") for kind in Kind]
    over = Kept(alert=_alert(Kind.RUN_FAILED, now - timedelta(hours=6), link), raising="", mended_at=now)
    messages = [*(raised(one, language) for one in kept), mended([over], language)]
    word = _WORD.told(language)
    return [msgspec.structs.replace(message, word=f"{word} · {message.word}") for message in messages]


def _alert(kind: Kind, now: datetime, link: str | None) -> Alert:
    today = now.astimezone(SEOUL).date()
    if kind in _SAMPLES:
        subject, cause, advice = _SAMPLES[kind]
        tasks: tuple[str, ...] = ()
        last_try = None
    else:
        spec = dags.DAILY
        failed = [spec.task(Stage.COLLECT, "popular"), spec.task(Stage.COLLECT, "trending")]
        kinds, last_try = ("Unreachable",), 1 + spec.retries
        if kind is Kind.QUALITY_FAILED:
            failed, kinds, last_try = [spec.task(Stage.VALIDATE)], ("QualityFailed",), 1
        tasks = tuple(task.id for task in failed)
        failure = Failure(tasks[0], last_try, kinds)
        why = cause_of([failure])
        subject, cause, advice = spec.id, why.happened, why.advice
    is_dag = subject in {spec.id for spec in dags.EVERY}
    return Alert(
        kind=kind,
        raised_at=now,
        subject=subject,
        dag_id=subject if is_dag else None,
        run_date=today if is_dag else None,
        task_ids=tasks,
        try_number=last_try,
        cause=Said(_TEST.en + cause.en, _TEST.ko + cause.ko),
        advice=advice,
        link=link if is_dag else None,
    )
