"""The consolidation of a week: the movies of all its collections in one file, each once."""

from collections.abc import Sequence
from datetime import datetime

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import ConsolidatedSource, ConsolidationInfo, FileInfo
from tmdb_pipeline.lake.movie_file import MovieFile, read_movies, require_type, write_movies
from tmdb_pipeline.lake.records import Deduplicate, digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.run import Run

#: The categories of the weekly sources, as shown to Korean readers: by genre, by rating.
CATEGORIES = {"weekly_genre": "장르별", "weekly_top_rated": "평점별"}


def consolidate_week(
    lake: Lake, run: Run, files: Sequence[str], now: datetime, *, deduplicate: Deduplicate
) -> ConsolidationInfo:
    """Write all movies of a weekly run into one file, each once: the best copy that any of its collections received.

    Args:
        lake: where the collections are and the file goes.
        run: the weekly run.
        files: the collections, by their paths under the data root.
        now: the moment of consolidation, aware.
        deduplicate: what chooses among copies.

    Returns:
        What the file ``paths.consolidated_file(run)`` says of itself.

    Raises:
        MixedRuns: a collection was replaced by another run meanwhile.
        LakeError: a collection cannot be read, or the lake cannot be written.
    """
    contents = [read_movies(lake, run, file) for file in files]
    categories = [
        CATEGORIES[require_type(lake, file, content.info.collection_type, CATEGORIES)]
        for file, content in zip(files, contents, strict=True)
    ]
    movies, copies = deduplicate([record for content in contents for record in content.records], run)
    info = ConsolidationInfo(
        consolidation_date=run.day,
        week_number=run.week,
        sources_processed=[*files],
        total_unique_movies=len(movies),
        by_category=_added(categories, contents),
        records_received=len(movies) + len(copies),
        duplicates_dropped=len(copies),
        pages_missing=[missing for content in contents for missing in content.info.pages_missing],
        sources=[ConsolidatedSource(file, len(content.movies)) for file, content in zip(files, contents, strict=True)],
        movies_sha256=digest([record.movie for record in movies]),
        dag_id=run.dag_id,
        dag_run_id=run.run_id,
        consolidated_at=now.astimezone(SEOUL).replace(microsecond=0),
    )
    write_movies(lake, paths.consolidated_file(run), MovieFile(movies, copies, info))
    return info


def _added(categories: Sequence[str], contents: Sequence[MovieFile[FileInfo]]) -> dict[str, int]:
    """How many movies each category added to those before it, in the order of the collections."""
    added = dict.fromkeys(CATEGORIES.values(), 0)
    seen: set[int] = set()
    for category, content in zip(categories, contents, strict=True):
        identities = [movie_id(record.movie) for record in content.movies]
        new = [identity for identity in identities if identity is None or identity not in seen]
        added[category] += len(new)
        seen.update(identity for identity in new if identity is not None)
    return added
