"""The consolidation of a week: the movies of all its collections in one file, each once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

import msgspec

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.movie_file import Deduplicate, MovieFile, digest, read_movies, write_movies
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.movies import movie_id
from tmdb_pipeline.run import Run
from tmdb_pipeline.transform.collected import info_of

#: The categories of the weekly sources, as shown to Korean readers: by genre, by rating.
CATEGORIES = {"weekly_genre": "장르별", "weekly_top_rated": "평점별"}


class ConsolidatedSource(msgspec.Struct):
    """A collection that went in, by its path under the data root, and how many movies it holds."""

    file: str
    movies: int


class ConsolidationInfo(msgspec.Struct):
    """``consolidation_info`` of the file ``consolidated_week_<week>_<date>.json``.

    ``by_category`` counts a movie for the first collection that holds it, so that the categories add up to the movies
    in the file.
    """

    consolidation_date: str
    week_number: int
    sources_processed: list[str]
    total_unique_movies: int
    by_category: dict[str, int]
    records_received: int
    duplicates_dropped: int
    pages_missing: list[dict[str, Any]]
    sources: list[ConsolidatedSource]
    movies_sha256: str
    dag_id: str
    dag_run_id: str
    consolidated_at: str


class _Collection(msgspec.Struct):
    """What a consolidation takes over from a collection."""

    collection_type: Literal["weekly_genre", "weekly_top_rated"]
    pages_missing: list[dict[str, Any]] = []


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
    infos = [info_of(lake, file, content, _Collection) for file, content in zip(files, contents, strict=True)]
    movies, copies = deduplicate([record for content in contents for record in content.records], run)
    info = ConsolidationInfo(
        consolidation_date=run.day.isoformat(),
        week_number=run.week,
        sources_processed=[*files],
        total_unique_movies=len(movies),
        by_category=_added([info.collection_type for info in infos], contents),
        records_received=len(movies) + len(copies),
        duplicates_dropped=len(copies),
        pages_missing=[missing for info in infos for missing in info.pages_missing],
        sources=[ConsolidatedSource(file, len(content.movies)) for file, content in zip(files, contents, strict=True)],
        movies_sha256=digest([record.movie for record in movies]),
        dag_id=run.dag_id,
        dag_run_id=run.run_id,
        consolidated_at=in_seoul(now),
    )
    content = MovieFile(movies, copies, msgspec.to_builtins(info))
    write_movies(lake, paths.consolidated_file(run), "consolidation_info", content)
    return info


def _added(kinds: Sequence[str], contents: Sequence[MovieFile]) -> dict[str, int]:
    """How many movies each category added to those before it, in the order of the collections."""
    added = dict.fromkeys(CATEGORIES.values(), 0)
    seen: set[int] = set()
    for kind, content in zip(kinds, contents, strict=True):
        identities = [movie_id(record.movie) for record in content.movies]
        new = [identity for identity in identities if identity is None or identity not in seen]
        added[CATEGORIES[kind]] += len(new)
        seen.update(identity for identity in new if identity is not None)
    return added
