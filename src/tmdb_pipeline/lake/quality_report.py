"""The quality report of a run, as it stands in the lake: what other tasks and summaries take over from it."""

from typing import Annotated, Any

import msgspec

from tmdb_pipeline.lake.movie_file import require_writer
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run


class ValidatedFile(msgspec.Struct):
    """What came of the records of one file."""

    file: str
    movie_count: int
    passed: int
    duplicates: int
    quarantined: int


class Quality(msgspec.Struct):
    """What of a report goes on to other tasks, and into summaries; the rest is for people."""

    verdict: str
    overall_quality_score: float
    validation_rate: float
    total_movies_validated: int
    total_movies_passed: int
    duplicates: int
    quality_distribution: dict[str, int]
    dimension_scores: dict[str, float]
    common_issues: list[dict[str, Any]]
    pages_missing: list[dict[str, Any]]
    files_validated: Annotated[list[ValidatedFile], msgspec.Meta(min_length=1)]
    thresholds: dict[str, float]


class _Report(Quality):
    """The same as it stands in the file, with the run that wrote it."""

    run: dict[str, Any]


def read_quality(lake: Lake, run: Run, report: str) -> dict[str, Any]:
    """The figures of a report of this run, as ``audit`` gave them: read back, since XCom gives them in another order.

    Raises:
        MixedRuns: another run of the date has written it meanwhile.
        LakeError: it is not there, or damaged.
    """
    found = lake.read_document(report, _Report)
    require_writer(lake, report, found.run.get("run_id"), run)
    figures = {figure: msgspec.to_builtins(getattr(found, figure)) for figure in Quality.__struct_fields__}
    return {**figures, "total_movies_quarantined": found.total_movies_validated - found.total_movies_passed}
