"""The summary of a day: what was collected, how good it is, and how long it took."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.movie_file import read_info
from tmdb_pipeline.lake.quality_report import read_quality
from tmdb_pipeline.lake.store import Lake, to_json
from tmdb_pipeline.run import Run

#: The collections that a day is made of, by their type, and what their movies are called in its summary.
COUNTS = {"daily_popular": "popular_movies", "daily_trending": "trending_movies"}


def summarize_day(
    lake: Lake, run: Run, quality: Mapping[str, Any], started: datetime | None, now: datetime
) -> dict[str, Any]:
    """Write the summary of a daily run.

    Args:
        lake: where the collections are and the summary goes.
        run: the daily run.
        quality: what ``audit`` returned for the collections.
        started: when the run of the DAG began, aware; where that is not known, the first collection tells.
        now: the end of the run, aware.

    Returns:
        The summary, and ``file``, its path under the data root.

    Raises:
        MixedRuns: a collection, or the report, was replaced by another run meanwhile.
        LakeError: one of them cannot be read, or the lake cannot be written.
    """
    found = read_quality(lake, run, quality["report"])
    files = [validated["file"] for validated in found["files_validated"]]
    collected = [read_info(lake, file, CollectionInfo, run=run) for file in files]
    counts = dict.fromkeys(COUNTS, 0)
    for file, each in zip(files, collected, strict=True):
        if each.collection_type not in counts:
            raise LakeError(
                f"{lake.locate(file)} does not tell what was collected (it is a {each.collection_type}, "
                f"none of {', '.join(counts)}): run its date again."
            )
        counts[each.collection_type] += each.total_collected
    started = started or min(each.start_time for each in collected)
    seconds = (now - started).total_seconds()
    summary = {
        "summary_date": run.day.isoformat(),
        "dag_run_id": run.run_id,
        "collection_summary": {
            **{name: counts[kind] for kind, name in COUNTS.items()},
            "total_collected": sum(counts.values()),
            "pages_missing": found["pages_missing"],
        },
        "quality_summary": found,
        "execution_summary": {
            "start_time": in_seoul(started),
            "end_time": in_seoul(now),
            "duration_minutes": round(seconds / 60, 4),
            "duration_seconds": round(seconds, 3),
        },
        "files": {"collections": files, "quality_report": quality["report"], "quarantine": quality["quarantine"]},
    }
    file = paths.summary_file(run)
    lake.write(file, to_json(summary), key="summary_date")
    return {"file": file, **summary}
