"""The summary of a day: what was collected, how good it is, and how long it took."""

from datetime import datetime
from typing import ClassVar, Self

import msgspec

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo, MissingPage
from tmdb_pipeline.lake.movie_file import read_info, require_type
from tmdb_pipeline.lake.quality_report import QualityMetrics, read_metrics
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run

#: The lists that a day is made of, by the type of their collections.
LISTS = ("daily_popular", "daily_trending")


class Collected(msgspec.Struct):
    """How many movies each list gave, and the pages whose movies may be missing."""

    popular_movies: int
    trending_movies: int
    total_collected: int
    pages_missing: list[MissingPage]


class Execution(msgspec.Struct):
    """When the run began and ended, in Seoul's time, and how long it took."""

    start_time: str
    end_time: str
    duration_minutes: float
    duration_seconds: float

    @classmethod
    def between(cls, began: datetime, ended: datetime) -> Self:
        """Of two moments, both aware."""
        seconds = (ended - began).total_seconds()
        return cls(
            start_time=in_seoul(began),
            end_time=in_seoul(ended),
            duration_minutes=round(seconds / 60, 4),
            duration_seconds=round(seconds, 3),
        )


class Files(msgspec.Struct):
    """What the run has left, by paths under the data root."""

    collections: list[str]
    quality_report: str
    quarantine: str


class DailySummary(msgspec.Struct):
    """The file ``daily_summary_<date>.json``."""

    key: ClassVar = "summary_date"

    summary_date: str
    dag_run_id: str
    collection_summary: Collected
    quality_summary: QualityMetrics
    execution_summary: Execution
    files: Files


def summarize_day(lake: Lake, run: Run, report: str, started: datetime | None, now: datetime) -> DailySummary:
    """Write the summary of a daily run.

    The collections and the report are read back instead of taken from the tasks that wrote them, so that one that
    another run has replaced meanwhile is noticed.

    Args:
        lake: where the collections are and the summary goes.
        run: the daily run.
        report: the quality report of its collections.
        started: when the run of the DAG began, aware; where that is not known, the first collection tells.
        now: the end of the run, aware.

    Returns:
        What stands in the file ``paths.summary_file(run)``.

    Raises:
        MixedRuns: a collection, or the report, was replaced by another run meanwhile.
        LakeError: one of them cannot be read, or the lake cannot be written.
    """
    quality = read_metrics(lake, run, report)
    files = [validated.file for validated in quality.files_validated]
    collected = [read_info(lake, file, CollectionInfo, run=run) for file in files]
    counts = dict.fromkeys(LISTS, 0)
    for file, each in zip(files, collected, strict=True):
        counts[require_type(lake, file, each.collection_type, LISTS)] += each.total_collected
    summary = DailySummary(
        summary_date=run.day.isoformat(),
        dag_run_id=run.run_id,
        collection_summary=Collected(
            popular_movies=counts["daily_popular"],
            trending_movies=counts["daily_trending"],
            total_collected=sum(counts.values()),
            pages_missing=quality.pages_missing,
        ),
        quality_summary=quality,
        execution_summary=Execution.between(started or min(each.start_time for each in collected), now),
        files=Files(collections=files, quality_report=report, quarantine=paths.quarantine_file(run)),
    )
    lake.write(paths.summary_file(run), to_json(msgspec.to_builtins(summary)), key=summary.key)
    return summary
