"""What a run amounts to: the summary of a day, and the consolidation of a week."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from tmdb_pipeline import layout
from tmdb_pipeline.audit import read_quality
from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.collection import once_each
from tmdb_pipeline.lake import Lake, LakeError, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.quality.rules import AdultPolicy
from tmdb_pipeline.records import MovieFile, digest, read_movies, write_movies

#: The categories of the weekly sources, as shown to Korean readers: by genre, by rating.
CATEGORIES = {"weekly_genre": "장르별", "weekly_top_rated": "평점별"}


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
    file = layout.summary_file(run)
    lake.write(file, to_json(summary), key="summary_date")
    return {"file": file, **summary}


def consolidate_week(
    lake: Lake, run: Run, collections: Sequence[Mapping[str, Any]], now: datetime, *, adult: AdultPolicy = "warn"
) -> dict[str, Any]:
    """Write all movies of a weekly run into one file, each once: the best copy that any of ``collections`` received.

    Args:
        lake: where the collections are and the file goes.
        run: the weekly run.
        collections: what ``collect`` returned for each source.
        now: the moment of consolidation, aware.
        adult: what becomes of movies for adults, as in ``validate``.

    Returns:
        ``consolidation_info`` of the file, and ``file``, its path under the data root. ``by_category`` counts a movie
        for the first collection that holds it, so that the categories add up to the movies in the file.

    Raises:
        MixedRuns: a collection was replaced by another run meanwhile.
        LakeError: a collection cannot be read, or the lake cannot be written.
    """
    contents = [read_movies(lake, run, collection["file"]) for collection in collections]
    movies, copies = once_each([record for content in contents for record in content.records], run, adult)
    info = {
        "consolidation_date": run.day.isoformat(),
        "week_number": run.week,
        "sources_processed": [collection["file"] for collection in collections],
        "total_unique_movies": len(movies),
        "by_category": _added(collections, contents),
        "records_received": len(movies) + len(copies),
        "duplicates_dropped": len(copies),
        "pages_missing": [missing for content in contents for missing in content.info.get("pages_missing", [])],
        "sources": [
            {"file": collection["file"], "movies": len(content.movies)}
            for collection, content in zip(collections, contents, strict=True)
        ],
        "movies_sha256": digest([record.movie for record in movies]),
        "dag_id": run.dag_id,
        "dag_run_id": run.run_id,
        "consolidated_at": in_seoul(now),
    }
    file = layout.consolidated_file(run)
    write_movies(lake, file, "consolidation_info", MovieFile(movies, copies, info))
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
    found = read_quality(lake, run, quality["report"])
    file = found["files_validated"][0]["file"]
    return {"file": file, **read_movies(lake, run, file).info, "quality_summary": found}


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


def _added(collections: Sequence[Mapping[str, Any]], contents: Sequence[MovieFile]) -> dict[str, int]:
    """How many movies each category added to those before it, in the order of the collections."""
    added = dict.fromkeys(CATEGORIES.values(), 0)
    seen: set[int] = set()
    for collection, content in zip(collections, contents, strict=True):
        identities = [movie_id(record.movie) for record in content.movies]
        new = [identity for identity in identities if identity is None or identity not in seen]
        added[CATEGORIES[collection["collection_type"]]] += len(new)
        seen.update(identity for identity in new if identity is not None)
    return added
