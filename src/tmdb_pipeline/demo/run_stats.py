"""The statistics of a run, task by task, read back from the files that it left in the lake.

The registry says which tasks a DAG has and what each is for; the quality report says which files the run has judged,
and each file where it came from. So nothing here knows one DAG from another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tmdb_pipeline import dags
from tmdb_pipeline.dags import Stage, TaskSpec
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.file_info import CollectionInfo, ConsolidationInfo
from tmdb_pipeline.lake.movie_file import read_info
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run


@dataclass(frozen=True, slots=True)
class TaskStats:
    """What one task did. None where a task has nothing of the kind.

    Attributes:
        task_id: the task.
        pages: pages that came.
        received: records that came in.
        dropped: records that were duplicates or below the minimum rating.
        accepted: records that went on.
        quarantined: records that were rejected.
        file: what it left, under the data root.
    """

    task_id: str
    pages: int | None = None
    received: int | None = None
    dropped: int | None = None
    accepted: int | None = None
    quarantined: int | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class TableStats:
    """A table of the warehouse: its name, how many rows it has, and what one of them is."""

    name: str
    rows: int
    what: str


def run_stats(lake: Lake, run: Run) -> list[TaskStats]:
    """The tasks of a finished run, in the order of the registry.

    Raises:
        LakeError: a file of the run is missing or damaged.
        LookupError: the registry has no such DAG.
    """
    return list(_Files(lake, run).stats())


def verdict(lake: Lake, run: Run) -> str:
    """The verdict on a finished run, and what is missing, on one line.

    Raises:
        LakeError: the report is missing or damaged.
        LookupError: the registry has no such DAG.
    """
    report = _report(lake, run)
    missing = [f"page {page.page} of {page.source}" for page in report.pages_missing]
    return report.verdict + (f"; movies are missing, or may be, of {', '.join(missing)}" if missing else "")


class _Files:
    """The files of a run: its report, what was consolidated if anything was, and the collections by their source."""

    def __init__(self, lake: Lake, run: Run) -> None:
        self._run = run
        self._tasks = dags.find(run.dag_id).tasks
        self._report = _report(lake, run)
        self._validated = {each.file: each for each in self._report.files_validated}
        self._consolidation = TaskStats("")
        collections = list(self._validated)
        if any(task.stage is Stage.CONSOLIDATE for task in self._tasks):
            info = read_info(lake, paths.consolidated_file(run), ConsolidationInfo)
            collections = [source.file for source in info.sources]
            self._consolidation = TaskStats(
                "",
                received=info.records_received,
                dropped=info.duplicates_dropped,
                accepted=info.total_unique_movies,
                file=paths.consolidated_file(run),
            )
        infos = {file: read_info(lake, file, CollectionInfo) for file in collections}
        self._collected = {info.source: (file, info) for file, info in infos.items()}

    def stats(self) -> Iterator[TaskStats]:
        """What each task did."""
        for task in self._tasks:
            yield replace(self._of(task), task_id=task.id)

    def _of(self, task: TaskSpec) -> TaskStats:
        match task.stage:
            case Stage.COLLECT:
                return self._of_collection(task.source)
            case Stage.CONSOLIDATE:
                return self._consolidation
            case Stage.VALIDATE:
                return TaskStats(
                    "",
                    received=self._report.total_movies_validated,
                    accepted=self._report.total_movies_passed,
                    quarantined=self._report.total_movies_quarantined,
                    file=paths.report_file(self._run, "html"),
                )
            case Stage.SUMMARIZE:
                return TaskStats("", file=paths.summary_file(self._run))
            case _:
                return TaskStats("")

    def _of_collection(self, source: str | None) -> TaskStats:
        """What a collection did; where it was validated for itself, with what came of each of its records."""
        file, info = self._collected[source]
        validated = self._validated.get(file)
        return TaskStats(
            "",
            pages=info.pages_processed,
            received=info.records_received,
            dropped=(validated.duplicates or 0 if validated else info.duplicates_dropped)
            + info.below_min_rating_dropped,
            accepted=validated.passed or 0 if validated else info.total_collected,
            quarantined=validated.quarantined or 0 if validated else None,
            file=file,
        )


def _report(lake: Lake, run: Run) -> QualityReport:
    return QualityReport.read(lake, paths.report_file(run, "json"))
