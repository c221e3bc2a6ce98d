"""The files of a run: which they are, and that they belong together."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import msgspec
import orjson

from tmdb_pipeline import dags
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError, MixedRuns
from tmdb_pipeline.lake.file_info import ConsolidationInfo, FileInfo
from tmdb_pipeline.lake.movie_file import MovieFile, read_info, read_movies
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.quarantine_file import QuarantineLine, read_quarantine
from tmdb_pipeline.lake.records import digest
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.errors import DamagedRun


class RunFiles(msgspec.Struct, frozen=True, kw_only=True):
    """The files of a run that has ended, under the data root.

    Attributes:
        dag_id: the DAG that collected them.
        run_id: Airflow's id of the run.
        run_date: the run date, in Asia/Seoul.
        report: the quality report.
        quarantine: the rejected records.
        validated: the files of movies that were judged: the collections, or what they were consolidated into.
        collections: the collections, one for each source.
        checksum: SHA-256, in hex, over names and bytes of all of them.
    """

    dag_id: str
    run_id: str
    run_date: date
    report: str
    quarantine: str
    validated: list[str]
    collections: list[str]
    checksum: str

    @property
    def run(self) -> Run:
        """The run that wrote them."""
        return Run(self.dag_id, self.run_id, self.run_date)

    @property
    def files(self) -> list[str]:
        """All of them, each once, in the order of the checksum."""
        return [*dict.fromkeys([self.report, self.quarantine, *self.validated, *self.collections])]


def find(lake: Lake, dag_id: str, day: date) -> RunFiles | None:
    """The files of the run of a DAG for a day, as they lie in the lake now; None where there is no report of one.

    Raises:
        DamagedRun: a file is missing, damaged, of another run, or of a version that did not say of which; or the run
            was stopped for its quality.
        LakeError: the lake does not answer.
    """
    path = paths.report_file(Run(dag_id, "", day), "json")
    if not lake.exists(path):
        return None
    with damage_named():
        report = QualityReport.read(lake, path)
        run_id = report.run.get("run_id")
        if not run_id or report.run.get("dag_id") != dag_id or report.run.get("run_date") != day.isoformat():
            raise DamagedRun(
                f"{lake.locate(path)} does not say that it is of the run of {dag_id} for {day}: it was written by an "
                "earlier version, or comes from elsewhere. Run that date again, or leave it out."
            )
        if report.verdict == "failed":
            raise DamagedRun(
                f"The run of {dag_id} for {day} was stopped, since too few of its movies passed: see "
                f"{lake.locate(path)}. It is not loaded; run that date again."
            )
        run = Run(dag_id, run_id, day)
        validated = [each.file for each in report.files_validated]
        collections = [*_collections(lake, run, validated)]
        quarantine = report.quarantine.file or paths.quarantine_file(run)
        files = RunFiles(
            dag_id=dag_id,
            run_id=run_id,
            run_date=day,
            report=path,
            quarantine=quarantine,
            validated=validated,
            collections=collections,
            checksum="",
        )
        return msgspec.structs.replace(files, checksum=checksum(lake, files.files))


def _collections(lake: Lake, run: Run, validated: Iterable[str]) -> Iterator[str]:
    """The collections behind files that were judged."""
    consolidates = any(task.stage is dags.Stage.CONSOLIDATE for task in dags.find(run.dag_id).tasks)
    for file in validated:
        require(lake, file)
        if consolidates:
            info = read_info(lake, file, ConsolidationInfo, run=run)
            yield from (source.file for source in info.sources)
        else:
            yield file


def checksum(lake: Lake, files: Sequence[str]) -> str:
    """The SHA-256, in hex, over names and bytes of files.

    Raises:
        DamagedRun: one is not there.
        LakeError: the lake does not answer.
    """
    found = hashlib.sha256()
    for file in files:
        require(lake, file)
        content = lake.read(file)
        found.update(f"{file}\n{len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


def require(lake: Lake, file: str) -> None:
    """Refuse a run of which a file is missing.

    Raises:
        DamagedRun: it is not there.
    """
    if not lake.exists(file):
        raise DamagedRun(
            f"{lake.locate(file)} is not there, and the run that wrote it cannot be loaded without it: put it back, or "
            "run its date again."
        )


def prove(lake: Lake, files: RunFiles) -> None:
    """Prove that the files are whole and belong together, before anything is made of them.

    Raises:
        DamagedRun: a file of movies is not what its own checksum says, counts differ, or the quarantine is another's.
        LakeError: the lake does not answer.
    """
    with damage_named():
        report = QualityReport.read(lake, files.report)
        lines = read_quarantine(lake, files.quarantine)
        if len(lines) != report.quarantine.total:
            raise DamagedRun(
                f"{lake.locate(files.quarantine)} has {len(lines):,} records, and the report of its run counts "
                f"{report.quarantine.total:,}: one of them is of another run. Run that date again."
            )
        counts = {each.file: each.movie_count for each in report.files_validated}
        for file in dict.fromkeys([*files.validated, *files.collections]):
            content = read_movies(lake, files.run, file)
            if file in counts and len(content.movies) != counts[file]:
                raise DamagedRun(
                    f"{lake.locate(file)} has {len(content.movies):,} movies, and the report of its run counts "
                    f"{counts[file]:,}: run its date again."
                )
            _require_rejected(lake, files, file, content, lines)
            if digest(content.plain_movies) != content.info.movies_sha256:
                raise DamagedRun(
                    f"{lake.locate(file)} is damaged: its movies are not those of its checksum. Put it back, or run "
                    "its date again."
                )


def _require_rejected(
    lake: Lake, files: RunFiles, file: str, content: MovieFile[FileInfo], lines: Sequence[QuarantineLine]
) -> None:
    """The records in quarantine are those that stand at their places."""
    for number, line in enumerate(lines, start=1):
        if line.file != file or line.index is None or not line.exact:
            continue
        if line.index >= len(content.movies) or plain(content.movies[line.index].movie) != plain(line.record):
            raise DamagedRun(
                f"Line {number} of {lake.locate(files.quarantine)} is not the record at place {line.index} of "
                f"{lake.locate(file)}: one of them is of another run. Run that date again."
            )


def plain(movie: object) -> bytes:
    """A record as bytes that are equal for equal content."""
    return orjson.dumps(movie, option=orjson.OPT_SORT_KEYS)


@contextmanager
def damage_named() -> Iterator[None]:
    """Tell a file that no retry mends from a lake that does not answer.

    Raises:
        DamagedRun: a file is no document of its kind, or another run has written it.
        LakeError: the lake does not answer.
    """
    try:
        yield
    except MixedRuns as error:
        raise DamagedRun(str(error)) from error
    except LakeError as error:
        if isinstance(error.__cause__, ValueError | None):  # what the bytes or the name are, not who gives them
            raise DamagedRun(str(error)) from error
        raise
