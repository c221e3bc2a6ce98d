"""The run that rejected a record: what its report and the validated file say of it today."""

from dataclasses import dataclass, replace
from datetime import date

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import FileInfo
from tmdb_pipeline.lake.movie_file import MovieFile, read_movies
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.records import Record
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.quality.replay.lookup import Quarantined
from tmdb_pipeline.quality.values.json_values import printable


@dataclass(frozen=True, slots=True)
class ReportEvidence:
    """What the report of the run says; ``sentence`` what came of looking for it, the others None without it."""

    sentence: str
    run_id: str | None = None


@dataclass(frozen=True, slots=True)
class FileEvidence:
    """What the validated file says of the record; ``day`` is the day for which it holds, None where not known there."""

    sentence: str
    day: date | None = None


def report_evidence(lake: Lake, found: Quarantined) -> ReportEvidence:
    """Look at the report that was written with the quarantine. What cannot be had is said."""
    try:
        report = QualityReport.read(lake, paths.report_file(found.run, "json"))
    except (LakeError, LookupError) as error:
        return ReportEvidence(f"There is no report to read: {_line(error)}")
    run_id = report.run.get("run_id")
    named = f"Run {printable(run_id, 200)}" if run_id else "A run that its report does not name"
    return ReportEvidence(
        f"{named}, validated at {printable(str(report.validated_at))}: {printable(report.verdict)}, "
        f"{report.total_movies_passed:,} of {report.total_movies_validated:,} movies passed.",
        run_id,
    )


class _Head(msgspec.Struct):
    collection_info: FileInfo | None = None
    consolidation_info: FileInfo | None = None


def file_evidence(lake: Lake, found: Quarantined, report: ReportEvidence) -> FileEvidence:
    """Look for the record in the file that was validated. What cannot be had is said."""
    file = found.entry.file
    try:
        head = lake.read_document(file, _Head)
        info = head.collection_info or head.consolidation_info or FileInfo()
        content = read_movies(lake, replace(found.run, run_id=info.dag_run_id or ""), file)
    except LakeError as error:
        return FileEvidence(f"The file that was validated cannot be used: {_line(error)}")
    if report.run_id is not None and info.dag_run_id != report.run_id:
        return FileEvidence(f"The file is of another run now, {printable(str(info.dag_run_id), 200)}.")
    at = found.entry.index
    record = _in_movies(content, at) if at is not None else _in_copies(content, found)
    if record is None or record.movie != found.entry.record:
        return FileEvidence("The file does not hold the record any more.")
    if at is None:
        stands = "It is a bad copy of a movie that is good there, so it stands in the copies of the file."
    else:
        stands = f"It stands in the file at movies[{at}]."
    return FileEvidence(stands, record.origin.day if record.origin else None)


def _in_movies(content: MovieFile[FileInfo], at: int) -> Record | None:
    return content.movies[at] if 0 <= at < len(content.movies) else None


def _in_copies(content: MovieFile[FileInfo], found: Quarantined) -> Record | None:
    """The copy that was received where the quarantine says."""
    for record in content.copies:
        if (record.origin and record.origin.place(found.run)) == found.entry.where:
            return record
    return None


def _line(error: Exception) -> str:
    return printable(str(error).strip("'\""), 400)
