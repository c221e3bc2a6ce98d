"""The summary of a day: what was collected, how good it is, and how long it took."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.movie_file import read_movies
from tmdb_pipeline.lake.quality_report import read_quality
from tmdb_pipeline.lake.store import Lake, LakeError, to_json
from tmdb_pipeline.run import Run


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
    collected = [_collected(lake, run, file) for file in files]
    counts: Counter[str] = Counter()
    for each in collected:
        counts[each.collection_type] += each.total_collected
    started = started or min(each.start_time for each in collected)
    seconds = (now - started).total_seconds()
    summary = {
        "summary_date": run.day.isoformat(),
        "dag_run_id": run.run_id,
        "collection_summary": {
            "popular_movies": counts["daily_popular"],
            "trending_movies": counts["daily_trending"],
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


class _Collected(msgspec.Struct):
    """What a summary takes over from a collection."""

    collection_type: Literal["daily_popular", "daily_trending"]
    total_collected: int
    start_time: Annotated[datetime, msgspec.Meta(tz=True)]


def _collected(lake: Lake, run: Run, file: str) -> _Collected:
    info = read_movies(lake, run, file).info
    try:
        return msgspec.convert(info, _Collected)
    except msgspec.ValidationError as error:
        raise LakeError(
            f"{lake.locate(file)} does not tell what was collected ({error}): run its date again."
        ) from None
