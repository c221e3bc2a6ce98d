"""The quality gate: the files of a run are read back and validated; the report and the quarantine are written."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from tmdb_pipeline.clock import in_seoul
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import FileInfo
from tmdb_pipeline.lake.movie_file import MovieFile, read_movies
from tmdb_pipeline.lake.quality_report import QualityMetrics, ValidatedFile
from tmdb_pipeline.lake.quarantine_file import write_quarantine
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Language
from tmdb_pipeline.observability.meter import count, gauge
from tmdb_pipeline.observability.metrics import JUDGED, PASS_RATE, QUALITY_SCORE, QUARANTINED
from tmdb_pipeline.quality.batches.combination import combine
from tmdb_pipeline.quality.batches.validator import Validation, validate
from tmdb_pipeline.quality.report.html import render_html
from tmdb_pipeline.quality.report.place import Place
from tmdb_pipeline.quality.report.quarantine import quarantine_lines
from tmdb_pipeline.quality.report.report import build_report
from tmdb_pipeline.quality.rules.catalogue import AdultPolicy, Severity
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.run import Run

log = logging.getLogger(__name__)


class QualityFailed(Exception):
    """So few records passed that the run must not go on. Report and quarantine are written by then."""


class GateResult(QualityMetrics, kw_only=True):
    """What the quality gate hands on: the metrics of the report, the same as in it, and the paths of what it wrote."""

    report: str
    report_html: str
    quarantine: str


def check_run(
    lake: Lake,
    run: Run,
    files: Sequence[str],
    *,
    thresholds: Thresholds,
    now: datetime,
    language: Language,
    adult: AdultPolicy = "warn",
) -> GateResult:
    """Validate the files of a run, each for itself: a movie that is popular and trending is no duplicate.

    Args:
        lake: where the files are, and report and quarantine go.
        run: the run that wrote the files.
        files: their paths under the data root.
        thresholds: the pass rates, in percent, under which to warn and to fail.
        now: the moment of validation, aware.
        language: of who reads the page.
        adult: whether a movie marked as adult or softcore, which nobody asked for, is a warning or quarantined.

    Returns:
        The metrics of the report, and where it lies.

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
    quarantine = paths.quarantine_file(run)
    report = build_report(
        validation,
        files=[_validated(file, len(content.movies), validations[file]) for file, content in contents.items()],
        validated_at=in_seoul(now),
        run={"dag_id": run.dag_id, "run_id": run.run_id, "run_date": run.day.isoformat()},
        thresholds=thresholds,
        places=[place for file in files for place in places[file]],
        pages_missing=[missing for content in contents.values() for missing in content.info.pages_missing],
        quarantine=quarantine,
    )
    report_json, report_html = (paths.report_file(run, suffix) for suffix in ("json", "html"))
    lines = (
        line for file, part in validations.items() for line in quarantine_lines(part, file=file, places=places[file])
    )
    write_quarantine(lake, quarantine, lines)
    lake.write(report_html, render_html(report, language).encode())
    report.write(lake, report_json)
    _measure(validation)
    log.info(
        "%d of %d movies passed, score %.2f: %s",
        *(validation.passed, validation.total, report.overall_quality_score, lake.locate(report_html)),
    )
    if report.verdict == "failed":
        raise QualityFailed(
            f"Only {report.validation_rate:.2f} % of the movies passed ({validation.passed} of {validation.total}), "
            f"below the {thresholds.fail:g} % that a run needs: see {lake.locate(report_html)}, "
            "and run this date again once the cause is mended."
        )
    return GateResult(
        **msgspec.structs.asdict(report.metrics()), report=report_json, report_html=report_html, quarantine=quarantine
    )


def _measure(validation: Validation) -> None:
    """Tell how many records passed, and which rules the others break."""
    count(JUDGED, validation.passed, outcome="accepted")
    count(JUDGED, len(validation.rejected), outcome="quarantined")
    broken = (violation.rule for rejection in validation.rejected for violation in rejection.violations)
    for rule, records in Counter(rule.id for rule in broken if rule.severity is Severity.ERROR).items():
        count(QUARANTINED, records, rule=rule)
    gauge(PASS_RATE, validation.validation_rate)
    gauge(QUALITY_SCORE, validation.overall_score)


def _validated(file: str, movie_count: int, validation: Validation) -> ValidatedFile:
    return ValidatedFile(file, movie_count, validation.passed, len(validation.duplicates), len(validation.rejected))


def _places(content: MovieFile[FileInfo], run: Run) -> list[Place]:
    """Where each record of a file stands in its ``movies``, if it does, and on which page it was received."""
    return [
        Place(
            index if index < len(content.movies) else None,
            record.origin.place(run) if record.origin else None,
        )
        for index, record in enumerate(content.records)
    ]
