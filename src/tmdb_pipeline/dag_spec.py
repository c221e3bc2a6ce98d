"""What the registry says of a DAG (``tmdb_pipeline.dags``): its types."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tmdb_pipeline.clock import SEOUL


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
    """Chooses, by what was found, which of the tasks behind it runs."""
    LEVEL = "level"
    """Tells of one level: quiet, warning, or alarm."""
    REPORT = "report"
    """Writes the report and mails it; fails on an alarm."""
    BUILD = "build"
    """Makes features of what was collected, where that is permitted."""
    PREPARE = "prepare"
    """Makes what a model is trained on, and proves that it knows nothing of later."""
    TRAIN = "train"
    """Trains a model, where that is permitted."""
    EVALUATE = "evaluate"
    """Judges it, and keeps it as a version with its verdict."""
    DEPLOY = "deploy"
    """Lets a version answer that passed."""
    KEEP = "keep"
    """Leaves the version in use that is, and says why."""
    PREDICT = "predict"
    """Asks the model that is in use, and keeps what it says."""
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
        cron: when it runs, in ``zone``: the minute is a number, and the hour is one too where it runs once a day
            at most, or ``*`` where it runs each hour. None where assets start it.
        zone: the zone of ``cron``; run dates are days in Asia/Seoul wherever that is.
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
    zone: str = SEOUL.key
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
