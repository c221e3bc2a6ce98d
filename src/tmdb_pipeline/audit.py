"""The audit of a run: its files are read back and validated; the report and the quarantine are written."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from tmdb_pipeline import layout
from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import Lake, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.quality.combination import combine
from tmdb_pipeline.quality.place import Place
from tmdb_pipeline.quality.quarantine import quarantine_lines
from tmdb_pipeline.quality.report import build_report, render_html
from tmdb_pipeline.quality.rules import AdultPolicy
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.quality.validator import validate
from tmdb_pipeline.records import MovieFile, read_movies, require_writer

log = logging.getLogger(__name__)


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


class QualityFailed(Exception):
    """So few records passed that the run must not go on. Report and quarantine are written by then."""


def audit(
    lake: Lake,
    run: Run,
    files: Sequence[str],
    *,
    thresholds: Thresholds,
    now: datetime,
    weekly: bool,
    adult: AdultPolicy = "warn",
) -> dict[str, Any]:
    """Validate the files of a run, each for itself: a movie that is popular and trending is no duplicate.

    Args:
        lake: where the files are, and report and quarantine go.
        run: the run that wrote the files.
        files: their paths under the data root.
        thresholds: the pass rates, in percent, under which to warn and to fail.
        now: the moment of validation, aware.
        weekly: whether the report is that of the weekly DAG.
        adult: whether a movie marked as adult or softcore, which nobody asked for, is a warning or quarantined.

    Returns:
        The figures of the report, and the paths of ``report``, ``report_html`` and ``quarantine``.

    Raises:
        QualityFailed: the pass rate is below ``thresholds.fail``.
        EmptyBatch: a file holds no movies.
        MixedRuns: a file was replaced by another run meanwhile.
        LakeError: a file cannot be read, or the lake cannot be written.
    """
    contents = {file: read_movies(lake, run, file) for file in files}
    validations = {
        file: validate(
            [record.movie for record in content.records],
            on=[record.received_on(run) for record in content.records],
            adult=adult,
        )
        for file, content in contents.items()
    }
    validation = combine(list(validations.values()))
    places = {file: _places(content, run) for file, content in contents.items()}
    quarantine = layout.quarantine_file(run)
    report = build_report(
        validation,
        files=[(file, len(content.movies)) for file, content in contents.items()],
        validated_at=in_seoul(now),
        run={"dag_id": run.dag_id, "run_id": run.run_id, "run_date": run.day.isoformat()},
        thresholds=thresholds,
        places=[place for file in files for place in places[file]],
        pages_missing=[missing for content in contents.values() for missing in content.info.get("pages_missing", [])],
        quarantine=quarantine,
    )
    for checked in report["files_validated"]:
        part = validations[checked["file"]]
        checked |= {"passed": part.passed, "duplicates": len(part.duplicates), "quarantined": len(part.rejected)}
    report_json, report_html = (layout.report_file(run, suffix, weekly=weekly) for suffix in ("json", "html"))
    lines = (
        line for file, part in validations.items() for line in quarantine_lines(part, file=file, places=places[file])
    )
    lake.write(quarantine, b"".join(lines))
    lake.write(report_html, render_html(report).encode())
    lake.write(report_json, to_json(report), key="overall_quality_score")
    log.info(
        "%d of %d movies passed, score %.2f: %s",
        *(validation.passed, validation.total, report["overall_quality_score"], lake.locate(report_html)),
    )
    if report["verdict"] == "failed":
        raise QualityFailed(
            f"Only {report['validation_rate']:.2f} % of the movies passed ({validation.passed} of {validation.total}), "
            f"below the {thresholds.fail:g} % that a run needs: see {lake.locate(report_html)}, "
            "and run this date again once the cause is mended."
        )
    return {
        **{figure: report[figure] for figure in Quality.__struct_fields__},
        "total_movies_quarantined": len(validation.rejected),
        "report": report_json,
        "report_html": report_html,
        "quarantine": quarantine,
    }


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


def _places(content: MovieFile, run: Run) -> list[Place]:
    """Where each record of a file stands in its ``movies``, if it does, and on which page it was received."""
    return [
        Place(index if index < len(content.movies) else None, record.origin.place(run) if record.origin else None)
        for index, record in enumerate(content.records)
    ]
