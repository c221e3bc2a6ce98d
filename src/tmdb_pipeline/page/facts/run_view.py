"""One run, as its files tell of it: its lists with their pages, what is missing, its score, what it rejected."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.file_info import CollectionInfo, ConsolidationInfo
from tmdb_pipeline.lake.movie_file import read_info
from tmdb_pipeline.lake.quality_report import QualityReport
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.facts.quarantine import rejected_by_rule
from tmdb_pipeline.page.facts.runs import RunFacts
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.run import Run


class Collection(msgspec.Struct, frozen=True, kw_only=True):
    """A list of a run. ``received`` counts every record that TMDB sent, ``movies`` those in its file."""

    source: str
    file: str
    pages_asked: int
    pages_processed: int
    pages_missing: int
    pages_resumed: int
    received: int
    movies: int
    seconds: float


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What the load of a run wrote into the warehouse; the moment is aware."""

    loaded_at: datetime
    observations_added: int
    observations_ended: int
    movies_inserted: int
    movies_updated: int


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run with all that its page tells.

    Attributes:
        run: its figures; None where nothing is known of it.
        report: its quality report; None where the lake does not have it.
        collections: its lists.
        rejected_by_rule: how many rejected records break each rule, the commonest first.
        load: what its load wrote; None where it is not loaded, or the warehouse does not say.
        earlier: the day of the run of this DAG before it, ``later`` of the one after it.
    """

    run: RunFacts | None
    report: QualityReport | None = None
    collections: list[Collection] = []
    rejected_by_rule: list[tuple[str, int]] = []
    load: Load | None = None
    earlier: date | None = None
    later: date | None = None


def read_run_view(sources: Sources, runs: list[RunFacts], dag_id: str, day: date) -> RunView:
    """The run of a DAG for a day. ``runs`` are all that are known, the latest first."""
    days = [run.run_date for run in runs if run.dag_id == dag_id]
    known = next((run for run in runs if (run.dag_id, run.run_date) == (dag_id, day)), None)
    if known is None:
        return RunView(run=None)
    run = Run(dag_id, known.run_id, day)
    report, collections = None, list[Collection]()
    with sources.going_without():
        if sources.lake and sources.lake.exists(file := paths.report_file(run, "json")):
            report = QualityReport.read(sources.lake, file)
            collections = [*_collections(sources.lake, report)]
    return RunView(
        run=known,
        report=report,
        collections=collections,
        rejected_by_rule=rejected_by_rule(sources, known),
        load=_load(sources, known),
        earlier=max((other for other in days if other < day), default=None),
        later=min((other for other in days if other > day), default=None),
    )


def _collections(lake: Lake, report: QualityReport) -> Iterator[Collection]:
    """The lists whose files a run validated: one by one, or brought together in one file.

    Raises:
        LakeError: a file is damaged. One that is gone is left out, for the lake of an old run may have been cleared.
    """
    for validated in report.files_validated:
        try:
            week = read_info(lake, validated.file, ConsolidationInfo)
            files = [source.file for source in week.sources]
        except LakeError:
            files = [validated.file]
        for file in filter(lake.exists, files):
            info = read_info(lake, file, CollectionInfo)
            yield Collection(
                source=info.source or info.collection_type,
                file=file,
                pages_asked=info.pages_asked,
                pages_processed=info.pages_processed,
                pages_missing=len(info.pages_missing),
                pages_resumed=info.pages_resumed,
                received=info.records_received,
                movies=info.total_collected,
                seconds=info.duration_seconds,
            )


def _load(sources: Sources, run: RunFacts) -> Load | None:
    with sources.going_without():
        if sources.address and run.loaded_at:
            from tmdb_pipeline.page.facts import queries, warehouse  # noqa: PLC0415 - brings the driver, an extra

            values: dict[str, Any] = {"dag_id": run.dag_id, "run_date": run.run_date}
            found = warehouse.rows(sources.address, queries.LOAD, Load, values)
            return found[0] if found else None
    return None
