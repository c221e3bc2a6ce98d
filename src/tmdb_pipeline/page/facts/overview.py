"""All that the first page tells."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

import msgspec

from tmdb_pipeline.alerts.ledger import Kept
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.airflow import AirflowFacts
from tmdb_pipeline.page.facts.alerts import open_alerts
from tmdb_pipeline.page.facts.checks import CheckFacts
from tmdb_pipeline.page.facts.findings import Finding, findings
from tmdb_pipeline.page.facts.runs import RunFacts, latest_of_each, read_runs
from tmdb_pipeline.page.facts.sources import Sources


class ExportDay(msgspec.Struct, frozen=True):
    """A daily export in the warehouse: of how many of the movies known now it tells the popularity."""

    day: date
    movies_known: int
    movies: int

    @property
    def coverage(self) -> float:
        """That in percent; a movie that left the warehouse later makes it no more than all."""
        return min(100.0, 100 * self.movies_known / self.movies) if self.movies else 100.0


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the pipeline.

    Attributes:
        tone: of the whole: alarm, warning, ok; ``partly`` where nothing is wrong with what could be read, but not all
            could; ``empty`` where there is nothing yet.
        findings: what is wrong, the most important first.
        runs: of the collections, the latest first.
        alerts: what is open.
        checks: what the checks of the warehouse found at the last time.
        exports: the daily exports that are in the warehouse, the earliest first.
    """

    tone: Literal["alarm", "warning", "ok", "partly", "empty"]
    findings: list[Finding]
    runs: list[RunFacts]
    alerts: list[Kept]
    checks: list[CheckFacts]
    exports: list[ExportDay]
    airflow: AirflowFacts

    @property
    def latest(self) -> list[RunFacts]:
        """The latest run of each collection."""
        return [*latest_of_each(self.runs).values()]

    @property
    def newest(self) -> datetime | None:
        """When a collection was last judged."""
        return max((run.validated_at for run in self.runs if run.validated_at), default=None)


def read_overview(sources: Sources, asked: Asked, airflow: AirflowFacts) -> Overview:
    """Read it. What cannot be read becomes a trouble of the sources."""
    runs = read_runs(sources, asked)
    alerts = open_alerts(sources, asked)
    checks, exports = _of_warehouse(sources, asked)
    found = findings(asked, runs, alerts, airflow, checks)
    return Overview(
        tone=_tone(found, sources, runs),
        findings=found,
        runs=runs,
        alerts=alerts,
        checks=checks,
        exports=exports,
        airflow=airflow,
    )


def _tone(
    found: Sequence[Finding], sources: Sources, runs: Sequence[RunFacts]
) -> Literal["alarm", "warning", "ok", "partly", "empty"]:
    if found:
        return found[0].tone
    if sources.troubles:
        return "partly"
    return "ok" if runs else "empty"


def _of_warehouse(sources: Sources, asked: Asked) -> tuple[list[CheckFacts], list[ExportDay]]:
    with sources.going_without():
        if sources.address:
            from tmdb_pipeline.page.facts import queries, warehouse  # noqa: PLC0415 - brings the driver, an extra

            wanted: list[tuple[str, type[Any]]] = [(queries.CHECKS, CheckFacts), (queries.EXPORTS, ExportDay)]
            checks, exports = warehouse.tables(sources.address, wanted, {"first_day": asked.first_day})
            return checks, exports
    return [], []
