"""The registry: every DAG of this project, declared once.

A DAG is spoken of in many places: in its own file, by the commands that run it, in the names of its files, by whoever
reads those files back, in the docs, at the start of the stack. All of them read this registry, so that an id, a
schedule or a task is written down here and nowhere else in the code. The one exception is the contract test
(``tests/dag_integrity/test_contract.py``), which says all of it again by hand: a second witness, so that a slip here
does not pass as an intention.

A new DAG is an entry here, a file in ``dags/`` that wires its tasks, and its contract; ``docs/dags.md`` is made from
the first two. The order of the tasks is the order in which people read them. Their edges are the DAG file's business.

Nothing here imports Airflow. ``orchestration.wiring`` turns the entries into what Airflow takes.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dag_spec import AssetSpec, DagSpec, Stage, TaskSpec
from tmdb_pipeline.language import Said
from tmdb_pipeline.movies import GENRES

__all__ = [
    "COLLECTIONS",
    "CUSTOM_NAME",
    "DAGS",
    "DAILY",
    "EVERY",
    "FEATURES",
    "FIRST_DAY",
    "HISTORY",
    "MODEL",
    "MONITORING",
    "OWNER",
    "PERMITTED",
    "POOL",
    "PREDICTIONS",
    "WAREHOUSE_LOAD",
    "WAREHOUSE_QUALITY",
    "WEEKLY",
    "AssetSpec",
    "DagSpec",
    "Pool",
    "Stage",
    "TaskSpec",
    "custom",
    "custom_name",
    "enter",
    "find",
    "name_of",
]

#: The day on which all DAGs begin: before it, Airflow runs no task of theirs.
FIRST_DAY = date(2024, 1, 1)
#: Whom Airflow names as the owner of each task.
OWNER = "mlops-team"


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool of Airflow's: how many of the tasks in it may run at once, whatever their DAG."""

    name: str
    slots: int
    description: str


#: The pool of the tasks that ask TMDB, with room for all of a weekly run. They share what TMDB allows an address; who
#: cannot share it takes one part in so many (``orchestration.hook``).
POOL = Pool("tmdb_api", 10, "Tasks that ask TMDB, and share what it allows an address")


DAILY = DagSpec(
    name="daily",
    id="tmdb_daily_collection",
    display_name="TMDB 일일 수집",
    english_name="TMDB daily collection",
    description="Popular and trending movies of the day, validated and summarised",
    cron="0 2 * * *",
    tags=("tmdb", "data-collection", "daily"),
    retries=3,
    retry_delay=timedelta(minutes=5),
    report="validation_report",
    asset=AssetSpec("tmdb_daily_movies", "tmdb://movies/daily"),
    tasks=(
        TaskSpec("collect_popular_movies", "인기 영화 수집", Stage.COLLECT, "popular"),
        TaskSpec("collect_trending_movies", "트렌딩 영화 수집", Stage.COLLECT, "trending"),
        TaskSpec("validate_collected_data", "수집 데이터 검증", Stage.VALIDATE),
        TaskSpec("generate_daily_summary", "일일 요약 생성", Stage.SUMMARIZE),
    ),
)
WEEKLY = DagSpec(
    name="weekly",
    id="tmdb_weekly_comprehensive",
    display_name="TMDB 주간 종합 수집",
    english_name="TMDB weekly collection",
    description="Eight genres and the top rated movies, consolidated and validated",
    cron="0 3 * * 0",
    tags=("tmdb", "data-collection", "weekly", "comprehensive"),
    retries=2,
    retry_delay=timedelta(minutes=10),
    deadline=timedelta(hours=2),
    report="validation_report_weekly",
    asset=AssetSpec("tmdb_weekly_movies", "tmdb://movies/weekly"),
    tasks=(
        TaskSpec("start_weekly_collection", "주간 수집 시작", Stage.PREFLIGHT),
        *(
            TaskSpec(f"collect_{genre.slug}_movies", f"{genre.name} 영화 수집", Stage.COLLECT, genre.slug)
            for genre in GENRES
        ),
        TaskSpec("collect_top_rated_movies", "평점 상위 영화 수집", Stage.COLLECT, "top_rated"),
        TaskSpec("consolidate_weekly_data", "주간 데이터 통합", Stage.CONSOLIDATE),
        TaskSpec("validate_weekly_data", "주간 데이터 검증", Stage.VALIDATE),
        TaskSpec("end_weekly_collection", "주간 수집 종료", Stage.CONCLUDE),
    ),
)
#: Tables on Postgres, made of what the two have collected.
WAREHOUSE_LOAD = DagSpec(
    name="load",
    id="tmdb_warehouse_load",
    display_name="TMDB 웨어하우스 적재",
    english_name="TMDB warehouse load",
    description="Runs of the collections from the lake into the tables of the warehouse",
    after=(DAILY.outlet, WEEKLY.outlet),
    tags=("tmdb", "warehouse", "load"),
    retries=3,
    retry_delay=timedelta(minutes=5),
    asset=AssetSpec("tmdb_warehouse", "tmdb://warehouse"),
    tasks=(
        TaskSpec("extract_data", "수집 파일 추출", Stage.EXTRACT),
        TaskSpec("transform_data", "테이블 행 변환", Stage.TRANSFORM),
        TaskSpec("load_data", "웨어하우스 적재", Stage.LOAD),
    ),
)
#: What the exports tell of the movies that the warehouse knows.
HISTORY = DagSpec(
    name="history",
    id="tmdb_popularity_history",
    display_name="TMDB 인기도 이력",
    english_name="TMDB popularity history",
    description="The popularity of every movie, day by day, from TMDB's daily exports",
    cron="30 18 * * *",
    tags=("tmdb", "warehouse", "history"),
    retries=3,
    retry_delay=timedelta(hours=1),
    deadline=timedelta(hours=4),
    tasks=(
        TaskSpec("extract_popularity_export", "인기도 내보내기 파일 수집", Stage.EXTRACT),
        TaskSpec("load_popularity_history", "인기도 이력 적재", Stage.LOAD),
    ),
)
#: Whether what is in those tables is good.
WAREHOUSE_QUALITY = DagSpec(
    name="quality",
    id="tmdb_warehouse_quality",
    display_name="TMDB 웨어하우스 품질 검사",
    english_name="TMDB warehouse quality check",
    description="Checks of the warehouse, and their report by mail",
    after=(WAREHOUSE_LOAD.outlet,),
    tags=("tmdb", "warehouse", "quality"),
    retries=1,
    retry_delay=timedelta(minutes=5),
    report="warehouse_quality",
    tasks=(
        TaskSpec("data_quality_check", "데이터 품질 검사", Stage.CHECK),
        TaskSpec("choose_level", "수준 선택", Stage.CHOOSE),
        TaskSpec("tell_quiet", "이상 없음", Stage.LEVEL, "quiet"),
        TaskSpec("tell_warning", "주의 알림", Stage.LEVEL, "warning"),
        TaskSpec("tell_alarm", "경보 알림", Stage.LEVEL, "alarm"),
        TaskSpec("send_quality_report", "품질 보고서 발송", Stage.REPORT),
    ),
)
#: Whether all of it goes on as usual, at a minute when nothing else begins.
MONITORING = DagSpec(
    name="monitoring",
    id="tmdb_platform_monitoring",
    display_name="TMDB 플랫폼 모니터링",
    english_name="TMDB platform monitoring",
    description="Durations of runs and tasks, resources of the machine, and what has not succeeded for too long",
    cron="45 * * * *",
    tags=("tmdb", "monitoring"),
    retries=0,
    retry_delay=timedelta(minutes=5),
    tasks=(
        TaskSpec("performance_monitoring", "성능 모니터링", Stage.WATCH, "performance"),
        TaskSpec("resource_monitoring", "자원 모니터링", Stage.WATCH, "resources"),
    ),
)

#: What models are fed with, where that is permitted (``features.permission``).
FEATURES = DagSpec(
    name="features",
    id="tmdb_features",
    display_name="TMDB 피처 생성",
    english_name="TMDB features",
    description="Features and labels of the daily collections, where machine learning is permitted",
    after=(WAREHOUSE_LOAD.outlet,),
    tags=("tmdb", "features"),
    retries=1,
    retry_delay=timedelta(minutes=5),
    asset=AssetSpec("tmdb_features", "tmdb://features"),
    tasks=(TaskSpec("build_features", "피처 생성", Stage.BUILD),),
)
#: A model of them, on Sundays behind the collections of the day.
MODEL = DagSpec(
    name="model",
    id="tmdb_model_pipeline",
    display_name="TMDB 모델 파이프라인",
    english_name="TMDB model pipeline",
    description="A model of which movies stay popular: trained, judged and deployed, where that is permitted",
    cron="30 5 * * 0",
    tags=("tmdb", "model"),
    retries=2,
    retry_delay=timedelta(minutes=10),
    tasks=(
        TaskSpec("data_preprocessing", "데이터 전처리", Stage.PREPARE),
        TaskSpec("model_training", "모델 학습", Stage.TRAIN),
        TaskSpec("model_evaluation", "모델 평가", Stage.EVALUATE),
        TaskSpec("choose_deployment", "배포 여부 선택", Stage.CHOOSE),
        TaskSpec("model_deployment", "모델 배포", Stage.DEPLOY),
        TaskSpec("keep_champion", "기존 모델 유지", Stage.KEEP),
    ),
)
#: What the model in use says of each day, and how good that was.
PREDICTIONS = DagSpec(
    name="predictions",
    id="tmdb_predictions",
    display_name="TMDB 일일 예측",
    english_name="TMDB predictions",
    description="What the model says of each day, in the warehouse with what came, where that is permitted",
    after=(FEATURES.outlet,),
    tags=("tmdb", "model"),
    retries=2,
    retry_delay=timedelta(minutes=5),
    tasks=(
        TaskSpec("predict_popular_movies", "인기 영화 예측", Stage.PREDICT),
        TaskSpec("load_predictions", "예측 적재", Stage.LOAD),
        TaskSpec("watch_model", "모델 성능 감시", Stage.WATCH),
    ),
)

#: Every DAG that there always is, in the order in which people read them, and commands run those that they run.
DAGS: tuple[DagSpec, ...] = (DAILY, WEEKLY, WAREHOUSE_LOAD, HISTORY, WAREHOUSE_QUALITY, MONITORING)
#: Those of them that collect movies from TMDB.
COLLECTIONS: tuple[DagSpec, ...] = tuple(spec for spec in DAGS if spec.collects)
#: Those that there are only where machine learning is permitted.
PERMITTED: tuple[DagSpec, ...] = (FEATURES, MODEL, PREDICTIONS)

#: All of them, whether they are there or not.
EVERY: tuple[DagSpec, ...] = (*DAGS, *PERMITTED)


#: How the ids of the DAGs begin that are made of ``custom_collections.yaml``, and what the id of an entry may be.
_CUSTOM = "tmdb_custom_"
CUSTOM_NAME = "[a-z][a-z0-9_]{0,39}"
#: Those that this process has made, by their ids: they have the names and schedules that the file says.
_made: dict[str, DagSpec] = {}


def custom(name: str, display_name: str = "", *, cron: str = "0 12 * * *", zone: str = SEOUL.key) -> DagSpec:
    """The DAG of an entry of ``custom_collections.yaml``, by its id.

    All but the shown name and the schedule follows from the id: what an entry has left on the lake can be read when the
    entry is gone.
    """
    return DagSpec(
        name=name,
        id=f"{_CUSTOM}{name}",
        display_name=display_name or f"{_CUSTOM}{name}",
        english_name=display_name or f"{_CUSTOM}{name}",
        description=f"The collection {name} of custom_collections.yaml, validated and summarised",
        cron=cron,
        zone=zone,
        tags=("tmdb", "data-collection", "custom"),
        retries=3,
        retry_delay=timedelta(minutes=5),
        report=f"validation_report_custom_{name}",
        asset=AssetSpec(f"{_CUSTOM}{name}", f"tmdb://movies/custom/{name}"),
        tasks=(
            TaskSpec("collect_movies", "영화 수집", Stage.COLLECT, name),
            TaskSpec("validate_collected_data", "수집 데이터 검증", Stage.VALIDATE),
            TaskSpec("generate_summary", "수집 요약 생성", Stage.SUMMARIZE),
        ),
    )


def enter(spec: DagSpec) -> None:
    """Let ``find`` know what the file says of a DAG that this process has made of it."""
    _made[spec.id] = spec


def custom_name(dag_id: str) -> str | None:
    """The id of the entry that a DAG is made of; None where it is made of none."""
    found = re.fullmatch(f"{_CUSTOM}({CUSTOM_NAME})", dag_id)
    return found[1] if found else None


def find(dag_id: str) -> DagSpec:
    """The DAG of this id.

    Raises:
        LookupError: there is none.
    """
    for spec in EVERY:
        if spec.id == dag_id:
            return spec
    if name := custom_name(dag_id):
        return _made.get(dag_id) or custom(name)
    raise LookupError(f"There is no DAG {dag_id}: the registry in tmdb_pipeline/dags.py has every one.")


def name_of(dag_id: str) -> Said:
    """What people call a DAG of this project; the id itself of one that is not in the registry."""
    try:
        spec = find(dag_id)
    except LookupError:
        return Said(dag_id, dag_id)
    return Said(spec.english_name, spec.display_name)
