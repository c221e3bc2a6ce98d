"""A run's files become rows, staged on the lake."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath

from tmdb_pipeline.lake.file_info import CollectionInfo
from tmdb_pipeline.lake.movie_file import read_info, read_movies
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.quarantine_file import QuarantineLine, read_quarantine
from tmdb_pipeline.lake.records import PagePlace, Record
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.tmdb.response import PAGE_SIZE
from tmdb_pipeline.warehouse.errors import DamagedRun
from tmdb_pipeline.warehouse.load.rows import Converter, MovieRow
from tmdb_pipeline.warehouse.load.run_files import RunFiles, damage_named, plain
from tmdb_pipeline.warehouse.load.staging import CollectionRow, RunRow, Staged, write_header, write_rows


def transform(lake: Lake, source: RunFiles) -> str:
    """Stage the rows of a run that was proved whole.

    Returns:
        Where their header lies, under the data root.

    Raises:
        DamagedRun: a file was replaced or damaged meanwhile, or an accepted record does not fit its columns.
        LakeError: the lake does not answer, or cannot be written.
    """
    with damage_named():
        report = QualityReport.read(lake, source.report)
        lines = read_quarantine(lake, source.quarantine)
        rows = _Rows(lake, source.run, lines)
        movies = write_rows(lake, source, "movies", rows.of(source.collections))
        quarantine = write_rows(
            lake, source, "quarantine", (rows.convert.rejected(at, line) for at, line in enumerate(lines, start=1))
        )
        staged = Staged(
            staged_run=source,
            run=RunRow(
                verdict=report.verdict,
                quality_score=report.overall_quality_score,
                pass_rate=report.validation_rate,
                records_validated=report.total_movies_validated,
                records_passed=report.total_movies_passed,
                records_quarantined=len(lines),
                pages_missing=len(report.pages_missing),
                validated_at=datetime.fromisoformat(report.validated_at) if report.validated_at else None,
                report_file=source.report,
            ),
            collections=rows.collections,
            movies=movies,
            quarantine=quarantine,
            texts_changed=rows.convert.texts_changed,
        )
        return write_header(lake, staged)


class _Rows:
    """The rows of a run, made of one collection after the other."""

    def __init__(self, lake: Lake, run: Run, lines: list[QuarantineLine]) -> None:
        self._lake = lake
        self._run = run
        self._pages = {line.where for line in lines if line.where}
        self._places = {(line.file, line.index) for line in lines}
        self._records = {plain(line.record) for line in lines if line.exact and not line.where}
        self.convert = Converter()
        self.collections: list[CollectionRow] = []

    def of(self, files: list[str]) -> Iterator[MovieRow]:
        """Those of collections, the rejected records left out; ``collections`` grows by each."""
        for file in files:
            info = read_info(self._lake, file, CollectionInfo, run=self._run)
            content = read_movies(self._lake, self._run, file)
            name = info.source or _source(file, self._run)
            accepted = 0
            for at, record in enumerate(content.movies):
                place = record.origin.place(self._run) if record.origin else None
                if self._rejects(file, at, record, place):
                    continue
                rank = (record.origin.page - 1) * PAGE_SIZE + record.origin.index + 1 if record.origin else at + 1
                try:
                    yield self.convert.movie(record.movie, name, rank, place)
                except (TypeError, KeyError, ValueError, AttributeError) as error:
                    raise DamagedRun(
                        f"The movie at place {at} of {self._lake.locate(file)} was accepted and does not fit the "
                        f"warehouse ({type(error).__name__}: {error}): run its date again."
                    ) from error
                accepted += 1
            self.collections.append(_collection(file, name, len(content.movies), accepted, info))

    def _rejects(self, file: str, at: int, record: Record, place: PagePlace | None) -> bool:
        """Whether the quarantine has the record: by its page, or else by its place, or as it is."""
        if place:
            return place in self._pages
        return (file, at) in self._places or plain(record.movie) in self._records


def _collection(file: str, source: str, movies: int, accepted: int, info: CollectionInfo) -> CollectionRow:
    return CollectionRow(
        source=source,
        file=file,
        movies=movies,
        movies_accepted=accepted,
        records_received=info.records_received,
        duplicates_dropped=info.duplicates_dropped,
        below_min_rating_dropped=info.below_min_rating_dropped,
        pages_asked=info.pages_asked,
        pages_processed=info.pages_processed,
        pages_missing=len(info.pages_missing),
        total_pages=info.total_pages,
        total_results=info.total_results,
        language=info.language,
        region=info.region,
        movies_sha256=info.movies_sha256,
        started_at=info.start_time,
        ended_at=info.end_time,
    )


def _source(file: str, run: Run) -> str:
    """The name of a list by the name of its file, for versions that did not write it."""
    return PurePosixPath(file).stem.removesuffix(f"_{run.stamp}").removesuffix("_movies")
