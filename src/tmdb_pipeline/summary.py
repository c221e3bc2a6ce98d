"""What a run amounts to: the summary of a day, and the consolidation of a week."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tmdb_pipeline import layout
from tmdb_pipeline.collection import digest, read_movies
from tmdb_pipeline.lake import Lake, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import unique

#: The categories of the weekly sources, as shown to Korean readers: by genre, by rating.
CATEGORIES = {"weekly_genre": "장르별", "weekly_top_rated": "평점별"}

#: What a summary takes over from the audit.
_QUALITY = (
    "verdict",
    "overall_quality_score",
    "validation_rate",
    "total_movies_validated",
    "total_movies_passed",
    "total_movies_quarantined",
)


def summarize_day(lake: Lake, run: Run, quality: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Write the summary of a daily run.

    Args:
        lake: where the collections are and the summary goes.
        run: the daily run.
        quality: what ``audit`` returned for the collections.
        now: the end of the run, aware.

    Returns:
        The summary, and ``file``, its path under the data root.

    Raises:
        MixedRuns: a collection was replaced by another run meanwhile.
        LakeError: a collection cannot be read, or the lake cannot be written.
    """
    files = [validated["file"] for validated in quality["files_validated"]]
    infos = [read_movies(lake, run, file)[1] for file in files]
    counts = {info["collection_type"]: info["total_collected"] for info in infos}
    start = min(datetime.fromisoformat(info["start_time"]) for info in infos)
    summary = {
        "summary_date": run.day.isoformat(),
        "dag_run_id": run.run_id,
        "collection_summary": {
            "popular_movies": counts["daily_popular"],
            "trending_movies": counts["daily_trending"],
            "total_collected": sum(counts.values()),
        },
        "quality_summary": {key: quality[key] for key in _QUALITY},
        "execution_summary": {
            "start_time": start.isoformat(),
            "end_time": now.isoformat(),
            "duration_minutes": round((now - start).total_seconds() / 60, 3),
        },
        "files": {"collections": files, "quality_report": quality["report"], "quarantine": quality["quarantine"]},
    }
    file = layout.summary_file(run)
    lake.write(file, to_json(summary), key="summary_date")
    return {"file": file, **summary}


def consolidate_week(lake: Lake, run: Run, collections: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Write all movies of a weekly run into one file, each once: the first copy in the order of ``collections``.

    Args:
        lake: where the collections are and the file goes.
        run: the weekly run.
        collections: what ``collect`` returned for each source.
        now: the moment of consolidation, aware.

    Returns:
        ``consolidation_info`` of the file, and ``file``, its path under the data root.

    Raises:
        MixedRuns: a collection was replaced by another run meanwhile.
        LakeError: a collection cannot be read, or the lake cannot be written.
    """
    received = []
    by_category = dict.fromkeys(CATEGORIES.values(), 0)
    sources = []
    for collection in collections:
        movies = read_movies(lake, run, collection["file"])[0]
        received.extend(movies)
        by_category[CATEGORIES[collection["collection_type"]]] += len(movies)
        sources.append({"file": collection["file"], "movies": len(movies)})
    movies, duplicates = unique(received)
    info = {
        "consolidation_date": run.day.isoformat(),
        "week_number": run.week,
        "sources_processed": len(sources),
        "total_unique_movies": len(movies),
        "by_category": by_category,
        "records_received": len(received),
        "duplicates_dropped": duplicates,
        "sources": sources,
        "movies_sha256": digest(movies),
        "dag_id": run.dag_id,
        "dag_run_id": run.run_id,
        "consolidated_at": now.isoformat(),
    }
    file = layout.consolidated_file(run)
    lake.write(file, to_json({"movies": movies, "consolidation_info": info}), key="consolidation_info")
    return {"file": file, **info}


def conclude_week(lake: Lake, run: Run, quality: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a weekly run: what was consolidated, and how good it is.

    Args:
        lake: where the consolidated file is.
        run: the weekly run.
        quality: what ``audit`` returned for that file.

    Raises:
        MixedRuns: the file was replaced by another run meanwhile.
        LakeError: it cannot be read.
    """
    file = quality["files_validated"][0]["file"]
    _, info = read_movies(lake, run, file)
    return {"file": file, **info, "quality_summary": {key: quality[key] for key in _QUALITY}}
