"""The account of a run, task by task, read back from the files that it left in the lake."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from tmdb_pipeline.extract.sources import Source, genre, popular, top_rated, trending
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import GENRES
from tmdb_pipeline.run import Run

DAILY = "tmdb_daily_collection"
WEEKLY = "tmdb_weekly_comprehensive"


@dataclass(frozen=True, slots=True)
class TaskAccount:
    """What one task did. None where a task has nothing of the kind.

    Attributes:
        task_id: the task.
        pages: pages that came.
        received: records that came in.
        dropped: records that were duplicates or below the minimum rating.
        accepted: records that went on.
        quarantined: records that were rejected.
        file: what it left, under the data root.
    """

    task_id: str
    pages: int | None = None
    received: int | None = None
    dropped: int | None = None
    accepted: int | None = None
    quarantined: int | None = None
    file: str | None = None


def account(lake: Lake, run: Run) -> list[TaskAccount]:
    """The tasks of a finished run, in the order of the DAG.

    Raises:
        LakeError: a file of the run is missing or damaged.
    """
    return list(_daily(lake, run) if run.dag_id == DAILY else _weekly(lake, run))


def verdict(lake: Lake, run: Run) -> str:
    """The verdict on a finished run, and what is missing, on one line.

    Raises:
        LakeError: the report is missing or damaged.
    """
    report = _report(lake, run, weekly=run.dag_id == WEEKLY)
    missing = [f"page {page['page']} of {page['source']}" for page in report["pages_missing"]]
    return str(report["verdict"]) + (f"; movies are missing, or may be, of {', '.join(missing)}" if missing else "")


def _daily(lake: Lake, run: Run) -> Iterator[TaskAccount]:
    report = _report(lake, run, weekly=False)
    judged = {checked["file"]: checked for checked in report["files_validated"]}
    for task_id, source in (
        ("collect_popular_movies", popular(run, 1)),
        ("collect_trending_movies", trending(run, "day")),
    ):
        yield _collecting(lake, task_id, source, judged[source.file])
    yield _validating("validate_collected_data", run, report, weekly=False)
    yield TaskAccount("generate_daily_summary", file=paths.summary_file(run))


def _weekly(lake: Lake, run: Run) -> Iterator[TaskAccount]:
    report = _report(lake, run, weekly=True)
    yield TaskAccount("start_weekly_collection")
    for kind in GENRES:
        yield _collecting(lake, f"collect_{kind.slug}_movies", genre(run, kind, 1))
    yield _collecting(lake, "collect_top_rated_movies", top_rated(run, 1, 0))
    file = paths.consolidated_file(run)
    info = lake.read_json(file, key="consolidation_info")["consolidation_info"]
    yield TaskAccount(
        "consolidate_weekly_data",
        received=info["records_received"],
        dropped=info["duplicates_dropped"],
        accepted=info["total_unique_movies"],
        file=file,
    )
    yield _validating("validate_weekly_data", run, report, weekly=True)
    yield TaskAccount("end_weekly_collection")


def _collecting(
    lake: Lake, task_id: str, source: Source, judged: Mapping[str, Any] = MappingProxyType({})
) -> TaskAccount:
    """What a collection did; where it was ``judged`` for itself, with what came of each of its records."""
    info = lake.read_json(source.file, key="collection_info")["collection_info"]
    return TaskAccount(
        task_id,
        pages=info["pages_processed"],
        received=info["records_received"],
        dropped=judged.get("duplicates", info["duplicates_dropped"]) + info["below_min_rating_dropped"],
        accepted=judged.get("passed", info["total_collected"]),
        quarantined=judged.get("quarantined"),
        file=source.file,
    )


def _validating(task_id: str, run: Run, report: Mapping[str, Any], *, weekly: bool) -> TaskAccount:
    total, passed = report["total_movies_validated"], report["total_movies_passed"]
    return TaskAccount(
        task_id,
        received=total,
        accepted=passed,
        quarantined=total - passed,
        file=paths.report_file(run, "html", weekly=weekly),
    )


def _report(lake: Lake, run: Run, *, weekly: bool) -> dict[str, Any]:
    return lake.read_json(paths.report_file(run, "json", weekly=weekly), key="overall_quality_score")
