"""The runs of the collections: their quality reports in figures, from the warehouse and from the lake.

The lake has each run at once, also one that the quality gate stopped and that is never loaded; the warehouse has all
of them in one query. So what the warehouse lacks is read from the lake, and the latest run of each DAG always.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.run import Run

#: Reports of earlier days of each DAG that are looked at: whether they were made since.
_EARLIER = 5


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a collection for a day.

    Attributes:
        verdict: passed, warned or failed.
        quality_score: 0 to 100.
        pass_rate: percent of the records that were accepted.
        records: those that were judged; accepted and quarantined add up to them.
        pages_missing: pages from which movies are missing, or may be.
        validated_at: when it was judged, aware; None where a report does not say.
        loaded_at: when it came into the warehouse, aware; None where it is not there.
    """

    dag_id: str
    run_date: date
    run_id: str
    verdict: str
    quality_score: float
    pass_rate: float
    records: int
    accepted: int
    quarantined: int
    pages_missing: int
    validated_at: datetime | None
    loaded_at: datetime | None = None


class _Report(msgspec.Struct):
    """What of a quality report becomes ``RunFacts``; the rest is passed over."""

    verdict: str
    overall_quality_score: float
    validation_rate: float
    total_movies_validated: int
    total_movies_passed: int
    validation_date: str
    validated_at: str | None = None
    run: dict[str, str] = {}
    pages_missing: list[msgspec.Raw] = []


def read_runs(sources: Sources, asked: Asked) -> list[RunFacts]:
    """The runs since ``asked.first_day`` of the DAGs that the reader may know of, the latest first.

    Those of earlier days count, too, that ran since then, as by ``airflow dags test``; on the lake the latest of them.
    What cannot be read becomes a trouble of the sources.
    """
    loaded = {(run.dag_id, run.run_date): run for run in _from_warehouse(sources, asked)}
    named = _named(sources, asked)
    latest = {dag_id: max(day for other, day in named if other == dag_id) for dag_id, _ in named}
    found = dict(loaded)
    for key in named:
        known = loaded.get(key)
        if known and latest[key[0]] != key[1]:
            continue
        with sources.going_without():
            run = read_run(sources.lake, Run(key[0], "", key[1]))
            if key[1] < asked.first_day and not _ran_since(asked, run):
                continue
            same = known is not None and known.run_id == run.run_id
            found[key] = msgspec.structs.replace(run, loaded_at=known.loaded_at) if known and same else run
    return sorted(found.values(), key=lambda run: (run.run_date, run.dag_id), reverse=True)


def read_run(lake: Lake | None, run: Run) -> RunFacts:
    """The run of a DAG for a day, as its report in the lake has it.

    Raises:
        LakeError: the report is not there, or damaged.
    """
    file = paths.report_file(run, "json")
    if lake is None:
        raise LakeError(f"{file} cannot be read: there is no lake.")
    try:
        report = msgspec.json.decode(lake.read(file), type=_Report)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise LakeError(f"{lake.locate(file)} is damaged or no report ({error}): run its date again.") from error
    rejected = report.total_movies_validated - report.total_movies_passed
    return RunFacts(
        dag_id=run.dag_id,
        run_date=run.day,
        run_id=report.run.get("run_id", ""),
        verdict=report.verdict,
        quality_score=report.overall_quality_score,
        pass_rate=report.validation_rate,
        records=report.total_movies_validated,
        accepted=report.total_movies_passed,
        quarantined=rejected,
        pages_missing=len(report.pages_missing),
        validated_at=_moment(report.validated_at or report.validation_date),
    )


def latest_of_each(runs: Iterable[RunFacts]) -> Mapping[str, RunFacts]:
    """The latest run of each DAG, of runs that are sorted from the latest."""
    latest: dict[str, RunFacts] = {}
    for run in runs:
        latest.setdefault(run.dag_id, run)
    return latest


def _from_warehouse(sources: Sources, asked: Asked) -> list[RunFacts]:
    with sources.going_without():
        if sources.address:
            from tmdb_pipeline.page.facts import queries, warehouse  # noqa: PLC0415 - brings the driver, an extra

            values: dict[str, Any] = {"dag_ids": sorted(asked.dag_ids), "first_day": asked.first_day}
            return warehouse.rows(sources.address, queries.RUNS, RunFacts, values)
    return []


def _ran_since(asked: Asked, run: RunFacts) -> bool:
    return run.validated_at is not None and run.validated_at.astimezone(SEOUL).date() >= asked.first_day


def _named(sources: Sources, asked: Asked) -> set[tuple[str, date]]:
    """The DAGs and days of which the lake has a report: those of the days asked for, and the latest before them."""
    found = set()
    earlier: dict[str, list[date]] = {}
    with sources.going_without():
        for name in sources.lake.files(paths.REPORTS_FOLDER) if sources.lake else ():
            spec, day = paths.reported(name) or (None, None)
            if spec and day and spec.id in asked.dag_ids:
                if day >= asked.first_day:
                    found.add((spec.id, day))
                else:
                    earlier.setdefault(spec.id, []).append(day)
    return found | {(dag_id, day) for dag_id, days in earlier.items() for day in sorted(days)[-_EARLIER:]}


def _moment(text: str) -> datetime | None:
    """An aware moment; reports of the first versions wrote none, or one without its zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=SEOUL)
