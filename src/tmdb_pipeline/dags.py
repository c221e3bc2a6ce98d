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

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.language import Said
from tmdb_pipeline.movies import GENRES

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


#: The pool of the tasks that ask TMDB. Each of them takes its share of the limits: ``Settings.share(POOL.slots)``.
POOL = Pool("tmdb_api", 2, "Tasks that ask TMDB; each takes half of what TMDB allows an address")


class Stage(StrEnum):
    """What a task does in its DAG. Every DAG has a stage once, but those that it has for each source or level."""

    PREFLIGHT = "preflight"
    """Checks key, settings and data root before anything is asked of TMDB."""
    COLLECT = "collect"
    """Collects one source into its file. Runs in ``POOL``."""
    CONSOLIDATE = "consolidate"
    """Brings all collections of the run together in one file."""
    VALIDATE = "validate"
    """Judges what was collected; writes the quality report and the quarantine."""
    SUMMARIZE = "summarize"
    """Writes a summary of the run, and publishes it."""
    CONCLUDE = "conclude"
    """Publishes what was collected and how good it is, without a file of its own."""
    EXTRACT = "extract"
    """Finds or fetches what is not in the warehouse yet, and proves it whole."""
    TRANSFORM = "transform"
    """Stages their rows on the lake."""
    LOAD = "load"
    """Writes it into the warehouse."""
    CHECK = "check"
    """Asks the checks of the warehouse, and keeps what they found."""
    CHOOSE = "choose"
    """Chooses, by what was found, which of the levels is told."""
    LEVEL = "level"
    """Tells of one level: quiet, warning, or alarm."""
    REPORT = "report"
    """Writes the report and mails it; fails on an alarm."""
    WATCH = "watch"
    """Measures a side of the platform, judges it, and tells of what is not as it should be."""


@dataclass(frozen=True, slots=True)
class TaskSpec:
    """A task.

    Attributes:
        id: ASCII.
        display_name: what people read.
        stage: what it does.
        source: which of several of its stage it is: for ``COLLECT`` the name of its source, for ``LEVEL`` the level,
            for ``WATCH`` the side.
    """

    id: str
    display_name: str
    stage: Stage
    source: str | None = None


@dataclass(frozen=True, slots=True)
class AssetSpec:
    """The asset that the last task of a DAG publishes, for DAGs of others to be scheduled by."""

    name: str
    uri: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DagSpec:
    """A DAG.

    Attributes:
        name: what the command line calls it.
        id: Airflow's id: ASCII, for a Korean one breaks ``dag.test()``; also the name of the DAG's file.
        display_name: what people read.
        english_name: the same for those who read English.
        description: one line.
        cron: when it runs, in Asia/Seoul: the minute is a number, and the hour is one too where it runs once a day
            at most, or ``*`` where it runs each hour. None where assets start it.
        after: the assets of which any starts it.
        tags: what people filter by.
        retries: how often a task that failed is tried again, unless the failure is permanent.
        retry_delay: after how long.
        deadline: how long after it was due to begin a run that has not ended is told of as slow.
        report: how the names of its quality reports begin, if it writes any. On one date several DAGs may.
        asset: what its last task publishes, if anything.
        tasks: in the order in which people read them.
    """

    name: str
    id: str
    display_name: str
    english_name: str
    description: str
    cron: str | None = None
    after: tuple[AssetSpec, ...] = ()
    tags: tuple[str, ...]
    retries: int
    retry_delay: timedelta
    deadline: timedelta = timedelta(hours=1)
    report: str | None = None
    asset: AssetSpec | None = None
    tasks: tuple[TaskSpec, ...]

    @property
    def collects(self) -> bool:
        """Whether it collects movies from TMDB, and judges them: it has a quality report, and an asset."""
        return any(task.stage is Stage.COLLECT for task in self.tasks)

    @property
    def outlet(self) -> AssetSpec:
        """The asset that its last task publishes.

        Raises:
            LookupError: it publishes none.
        """
        if self.asset is None:
            raise LookupError(f"The DAG {self.id} publishes no asset.")
        return self.asset

    def task(self, stage: Stage, source: str | None = None) -> TaskSpec:
        """The task of a stage, and of a source where it is about collecting.

        Raises:
            LookupError: the DAG has no such task.
        """
        for task in self.tasks:
            if (task.stage, task.source) == (stage, source):
                return task
        raise LookupError(f"The DAG {self.id} has no task that is to {stage} {source or ''}".rstrip() + ".")

    def due(self, day: date) -> datetime:
        """When the run of a date is due, in Seoul: the time of its schedule on that day.

        It is noon where it has none, and of what runs each hour the run of the hour of noon.
        """
        minute, hour, *_ = (self.cron or "0 12").split()
        return datetime.combine(day, time(12 if hour == "*" else int(hour), int(minute)), SEOUL)


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

#: Every DAG, in the order in which people read them, and commands run those that they run.
DAGS: tuple[DagSpec, ...] = (DAILY, WEEKLY, WAREHOUSE_LOAD, HISTORY, WAREHOUSE_QUALITY, MONITORING)
#: Those of them that collect movies from TMDB.
COLLECTIONS: tuple[DagSpec, ...] = tuple(spec for spec in DAGS if spec.collects)


def find(dag_id: str) -> DagSpec:
    """The DAG of this id.

    Raises:
        LookupError: there is none.
    """
    for spec in DAGS:
        if spec.id == dag_id:
            return spec
    raise LookupError(f"There is no DAG {dag_id}: the registry in tmdb_pipeline/dags.py has every one.")


def name_of(dag_id: str) -> Said:
    """What people call a DAG; what is no DAG of the registry as it is."""
    spec = next((spec for spec in DAGS if spec.id == dag_id), None)
    return Said(spec.english_name, spec.display_name) if spec else Said(dag_id, dag_id)
