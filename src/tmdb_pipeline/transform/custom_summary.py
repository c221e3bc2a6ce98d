"""The summary of a run of a custom collection: what was asked for, what came, how good it is, how long it took."""

from datetime import datetime
from typing import ClassVar

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo, MissingPage
from tmdb_pipeline.lake.movie_file import read_info
from tmdb_pipeline.lake.quality_report import QualityMetrics, read_metrics
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.daily_summary import Execution, Files


class CollectedMovies(msgspec.Struct):
    """What was asked of TMDB, how many movies it gave, and the pages whose movies may be missing."""

    path: str
    parameters: dict[str, str]
    total_collected: int
    total_results: int
    pages_missing: list[MissingPage]


class CustomSummary(msgspec.Struct):
    """The file ``summary_<date>.json``."""

    key: ClassVar = "summary_date"

    summary_date: str
    dag_run_id: str
    collection_summary: CollectedMovies
    quality_summary: QualityMetrics
    execution_summary: Execution
    files: Files


def summarize_custom(lake: Lake, run: Run, report: str, started: datetime | None, now: datetime) -> CustomSummary:
    """Write the summary of a run of a custom collection.

    Args:
        lake: where the collection is and the summary goes.
        run: the run.
        report: the quality report of the collection.
        started: when the run began, aware; where that is not known, the collection tells.
        now: the end of the run, aware.

    Returns:
        What stands in the file ``paths.custom_summary_file(run)``.

    Raises:
        MixedRuns: the collection, or the report, was replaced by another run meanwhile.
        LakeError: one of them cannot be read, or the lake cannot be written.
    """
    quality = read_metrics(lake, run, report)
    (file,) = (validated.file for validated in quality.files_validated)
    info = read_info(lake, file, CollectionInfo, run=run)
    summary = CustomSummary(
        summary_date=run.day.isoformat(),
        dag_run_id=run.run_id,
        collection_summary=CollectedMovies(
            path=info.path or "",
            parameters=info.parameters or {},
            total_collected=info.total_collected,
            total_results=info.total_results,
            pages_missing=quality.pages_missing,
        ),
        quality_summary=quality,
        execution_summary=Execution.between(started or info.start_time, now),
        files=Files(collections=[file], quality_report=report, quarantine=paths.quarantine_file(run)),
    )
    lake.write(paths.custom_summary_file(run), to_json(msgspec.to_builtins(summary)), key=summary.key)
    return summary
