"""The audit of a run: its files are read back and validated; the report and the quarantine are written."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from tmdb_pipeline import layout
from tmdb_pipeline.collection import read_movies
from tmdb_pipeline.lake import Lake, LakeError, to_json
from tmdb_pipeline.layout import Run
from tmdb_pipeline.quality.combination import combine
from tmdb_pipeline.quality.place import Place
from tmdb_pipeline.quality.quarantine import quarantine_lines
from tmdb_pipeline.quality.report import build_report, render_html
from tmdb_pipeline.quality.rules import AdultPolicy
from tmdb_pipeline.quality.thresholds import Thresholds
from tmdb_pipeline.quality.validator import validate

log = logging.getLogger(__name__)

#: What of the report goes on to other tasks; the rest is for people.
_FIGURES = (
    "verdict",
    "overall_quality_score",
    "validation_rate",
    "total_movies_validated",
    "total_movies_passed",
    "files_validated",
    "thresholds",
)


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
    movies = {file: read_movies(lake, run, file)[0] for file in files}
    validations = {file: validate(records, on=run.day, adult=adult) for file, records in movies.items()}
    validation = combine(list(validations.values()))
    origins = _Origins(lake, run)
    places = {
        file: [Place(index, origins.locate(record)) for index, record in enumerate(records)]
        for file, records in movies.items()
    }
    quarantine = layout.quarantine_file(run)
    report = build_report(
        validation,
        files=[(file, len(records)) for file, records in movies.items()],
        validated_at=now.isoformat(),
        run={"dag_id": run.dag_id, "run_id": run.run_id, "run_date": run.day.isoformat()},
        thresholds=thresholds,
        places=[place for file in movies for place in places[file]],
        quarantine=quarantine,
    )
    for checked in report["files_validated"]:
        checked["quarantined"] = len(validations[checked["file"]].rejected)
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
        **{figure: report[figure] for figure in _FIGURES},
        "total_movies_quarantined": len(validation.rejected),
        "report": report_json,
        "report_html": report_html,
        "quarantine": quarantine,
    }


class _Origins:
    """Finds the kept page that a record came from. Pages are read only if somebody asks."""

    def __init__(self, lake: Lake, run: Run) -> None:
        self._lake = lake
        self._run = run
        self._places: dict[bytes, dict[str, Any]] | None = None

    def locate(self, record: object) -> dict[str, Any] | None:
        """The page file and the index in its ``results`` (from 0), or None if no kept page holds this record."""
        if self._places is None:
            self._places = self._read()
        return self._places.get(orjson.dumps(record))

    def _read(self) -> dict[bytes, dict[str, Any]]:
        places: dict[bytes, dict[str, Any]] = {}
        root = layout.pages_folder(self._run, "").rstrip("/")
        for source in self._lake.files(root):
            for name in self._lake.files(f"{root}/{source}"):
                if not name.startswith("page_"):
                    continue
                file = f"{root}/{source}/{name}"
                try:
                    for index, record in enumerate(self._lake.read_json(file, key="body")["body"]["results"]):
                        places.setdefault(orjson.dumps(record), {"file": file, "index": index})
                except (LakeError, KeyError, TypeError):  # orjson's own error is a TypeError
                    log.warning("%s cannot be read; records from it are quarantined without their place.", file)
        return places
