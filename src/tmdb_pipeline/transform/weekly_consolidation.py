"""The consolidation of a week: the movies of all its collections in one file, each once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.movie_file import Deduplicate, MovieFile, digest, read_movies, write_movies
from tmdb_pipeline.lake.quality_report import read_quality
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.run import Run

#: The categories of the weekly sources, as shown to Korean readers: by genre, by rating.
CATEGORIES = {"weekly_genre": "장르별", "weekly_top_rated": "평점별"}


def consolidate_week(
    lake: Lake, run: Run, collections: Sequence[Mapping[str, Any]], now: datetime, *, deduplicate: Deduplicate
) -> dict[str, Any]:
    """Write all movies of a weekly run into one file, each once: the best copy that any of ``collections`` received.

    Args:
        lake: where the collections are and the file goes.
        run: the weekly run.
        collections: what ``collect`` returned for each source.
        now: the moment of consolidation, aware.
        deduplicate: what chooses among copies.

    Returns:
        ``consolidation_info`` of the file, and ``file``, its path under the data root. ``by_category`` counts a movie
        for the first collection that holds it, so that the categories add up to the movies in the file.

    Raises:
        MixedRuns: a collection was replaced by another run meanwhile.
        LakeError: a collection cannot be read, or the lake cannot be written.
    """
    contents = [read_movies(lake, run, collection["file"]) for collection in collections]
    movies, copies = deduplicate([record for content in contents for record in content.records], run)
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
    file = paths.consolidated_file(run)
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
