"""The metrics: everything that is counted and measured, each declared once.

``meter`` sends them, ``docs/metrics.md`` is made of them, and the alert rules and the dashboard under
``deploy/monitoring/`` are held to their names and tags.

No tag has values without end: there are no run ids, no page numbers and no movies in them, for a server keeps a series
for every combination that it has ever seen. Where a task runs under Airflow, those of a DAG have the tag ``dag_id``.
"""

from dataclasses import dataclass
from enum import StrEnum

#: How every name begins: Airflow puts its own word (``[metrics] statsd_prefix``) before what its tasks send.
PREFIX = "airflow"


class Kind(StrEnum):
    """How a metric behaves."""

    COUNTER = "counter"
    """Only grows; what is told is how much."""
    GAUGE = "gauge"
    """Stays at the last value told."""
    TIMER = "timer"
    """A number of durations and their sum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric.

    Attributes:
        name: words with dots between them.
        unit: of what is told; of timers always seconds.
        tags: what its values are told apart by.
        meaning: one sentence or more, for people.
        of_dag: whether it is told of each DAG apart.
    """

    name: str
    kind: Kind
    unit: str
    tags: tuple[str, ...] = ()
    meaning: str
    of_dag: bool = True

    @property
    def series(self) -> tuple[str, ...]:
        """What Prometheus calls it, behind the StatsD exporter without mappings."""
        name = f"{PREFIX}_{self.name.replace('.', '_')}"
        return (f"{name}_sum", f"{name}_count") if self.kind is Kind.TIMER else (name,)


REQUESTS = Metric(
    name="tmdb.requests",
    kind=Kind.COUNTER,
    unit="tries",
    tags=("route", "status"),
    meaning="Tries of requests that were sent to TMDB, by the status that came back: `429` is too many requests, "
    "`none` that no response came.",
)
REQUEST_DURATION = Metric(
    name="tmdb.request.duration",
    kind=Kind.TIMER,
    unit="seconds",
    tags=("route",),
    meaning="How long a try took, from its sending to its last byte.",
)
RETRIES = Metric(
    name="tmdb.retries",
    kind=Kind.COUNTER,
    unit="tries",
    tags=("error",),
    meaning="Tries that failed and were followed by another, by the type of the error (`tmdb_pipeline.tmdb.errors`).",
)
WAITS = Metric(
    name="tmdb.wait",
    kind=Kind.TIMER,
    unit="seconds",
    tags=("reason",),
    meaning="How long requests were held back: by our own `pace`, by `backoff` before another try, because TMDB was "
    "asked too often (`rate_limit`), or until pages that contradict each other were asked for again (`contradiction`).",
)
PAGES = Metric(
    name="tmdb.pages",
    kind=Kind.COUNTER,
    unit="pages",
    tags=("source", "outcome"),
    meaning="Pages of collections: `received`, `resumed` from an earlier try, or `missing`, from which movies are or "
    "may be missing.",
)
RECORDS = Metric(
    name="tmdb.records",
    kind=Kind.COUNTER,
    unit="records",
    tags=("source", "outcome"),
    meaning="Records of collections: `kept`, `duplicate` of a better copy, or `below_minimum` rating.",
)
JUDGED = Metric(
    name="tmdb.records.judged",
    kind=Kind.COUNTER,
    unit="records",
    tags=("outcome",),
    meaning="Records that the quality gate has judged: `accepted` or `quarantined`.",
)
QUARANTINED = Metric(
    name="tmdb.records.quarantined",
    kind=Kind.COUNTER,
    unit="records",
    tags=("rule",),
    meaning="Quarantined records by the rule that they break (docs/quality-rules.md); who breaks two is counted by "
    "both.",
)
PASS_RATE = Metric(
    name="tmdb.pass_rate",
    kind=Kind.GAUGE,
    unit="percent",
    meaning="Which part of the judged records of the latest run was accepted.",
)
QUALITY_SCORE = Metric(
    name="tmdb.quality_score",
    kind=Kind.GAUGE,
    unit="points",
    meaning="The overall quality score of the latest run, from 0 to 100.",
)
ROWS = Metric(
    name="tmdb.rows",
    kind=Kind.COUNTER,
    unit="rows",
    tags=("table", "change"),
    meaning="Rows of the warehouse that loads have `inserted`, `updated`, `ended` or `deleted`, or found `unchanged`.",
)
COLLECTED_AT = Metric(
    name="tmdb.collected_at",
    kind=Kind.GAUGE,
    unit="seconds since 1970",
    tags=("collection",),
    meaning="When the latest run of each collection that is in the warehouse was collected: now less this is the age "
    "of the data.",
)
SUCCEEDED_AT = Metric(
    name="tmdb.succeeded_at",
    kind=Kind.GAUGE,
    unit="seconds since 1970",
    meaning="When a run of the DAG last came to its end.",
)
PHASE_DURATION = Metric(
    name="tmdb.phase.duration",
    kind=Kind.TIMER,
    unit="seconds",
    tags=("phase",),
    meaning="How long each phase of a run took.",
)
TASK_CPU = Metric(
    name="tmdb.task.cpu",
    kind=Kind.TIMER,
    unit="seconds",
    tags=("task_id",),
    meaning="CPU time of a try of a task, of the system in its name included.",
)
TASK_MEMORY = Metric(
    name="tmdb.task.memory",
    kind=Kind.GAUGE,
    unit="bytes",
    tags=("task_id",),
    meaning="The most memory that the latest try of a task has had (its process's; resident).",
)
TASK_WRITTEN = Metric(
    name="tmdb.task.written",
    kind=Kind.COUNTER,
    unit="bytes",
    tags=("task_id",),
    meaning="What tries of a task have written to disks.",
)
DISK_FREE = Metric(
    name="tmdb.disk.free",
    kind=Kind.GAUGE,
    unit="bytes",
    meaning="What is free on the disk of the data root, unless that is an object store.",
    of_dag=False,
)
DISK_SIZE = Metric(
    name="tmdb.disk.size",
    kind=Kind.GAUGE,
    unit="bytes",
    meaning="How large the disk of the data root is, unless that is an object store.",
    of_dag=False,
)

#: All of them, in the order of the page.
METRICS: tuple[Metric, ...] = (
    *(REQUESTS, REQUEST_DURATION, RETRIES, WAITS),
    *(PAGES, RECORDS, JUDGED, QUARANTINED, PASS_RATE, QUALITY_SCORE),
    *(ROWS, COLLECTED_AT, SUCCEEDED_AT, PHASE_DURATION),
    *(TASK_CPU, TASK_MEMORY, TASK_WRITTEN, DISK_FREE, DISK_SIZE),
)
