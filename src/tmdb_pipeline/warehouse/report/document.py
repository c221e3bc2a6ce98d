"""The report as a document: what its JSON on the lake holds, and its page is made of."""

from datetime import datetime

import msgspec

from tmdb_pipeline.clock import SEOUL, in_seoul
from tmdb_pipeline.language import Language, Said
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.checks import catalogue
from tmdb_pipeline.warehouse.checks.check import Judgement, Level
from tmdb_pipeline.warehouse.checks.run import worst
from tmdb_pipeline.warehouse.checks.words import told
from tmdb_pipeline.warehouse.report.facts import (
    Facts,
    FindingRow,
    Freshness,
    GenreShare,
    LevelCount,
    MoviesOfDay,
    PassRate,
    PopularMovie,
    Table,
    Totals,
)

#: The name of the field that no other kind of file has.
KEY = "warehouse_quality"


class CheckTold(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. ``query`` is the name of its statement in the report's ``queries``."""

    name: str
    dimension: str
    subject: str
    level: str
    observed: float | None
    lower_limit: float | None
    upper_limit: float | None
    message: str
    message_ko: str
    query: str

    @property
    def said(self) -> Said:
        """The message in both languages."""
        return Said(self.message, self.message_ko)


class WarehouseReport(msgspec.Struct, frozen=True, kw_only=True):
    """The report. Times have Seoul's offset.

    Attributes:
        warehouse_quality: the level of the run: ok, warning, alarm, or not_judged where no check could judge.
        checked_at: when the checks were asked.
        run: dag_id, run_id and run_date of the run that checked.
        checks: the worst first.
        queries: every statement by its name; each number stands beside the name of its own.
    """

    warehouse_quality: str
    checked_at: str
    run: dict[str, str]
    levels: Table[LevelCount]
    checks: list[CheckTold]
    totals: Table[Totals]
    movies_a_day: Table[MoviesOfDay]
    pass_rates: Table[PassRate]
    genre_shares: Table[GenreShare]
    popular: Table[PopularMovie]
    freshness: Table[Freshness]
    queries: dict[str, str]

    @property
    def level(self) -> Level:
        """The level of the run."""
        return Level(self.warehouse_quality)

    def count(self, level: Level) -> int:
        """How many checks ended at a level."""
        return sum(each.checks for each in self.levels.rows if each.level == level)


def build(run: Run, now: datetime, facts: Facts) -> WarehouseReport:
    """The report of a run that checked at a moment, which is aware."""
    found = facts.findings.rows
    return WarehouseReport(
        warehouse_quality=worst([Level(row.level) for row in found]),
        checked_at=in_seoul(now),
        run={"dag_id": run.dag_id, "run_id": run.run_id, "run_date": run.day.isoformat()},
        levels=facts.levels,
        checks=[_told(row) for row in found],
        totals=facts.totals,
        movies_a_day=facts.movies_a_day,
        pass_rates=facts.pass_rates,
        genre_shares=facts.genre_shares,
        popular=facts.popular,
        freshness=_in_seoul(facts.freshness),
        queries=facts.queries | {row.name: row.statement for row in found},
    )


def _told(row: FindingRow) -> CheckTold:
    judged = Judgement(Level(row.level), row.lower_limit, row.upper_limit)
    return CheckTold(
        name=row.name,
        dimension=row.dimension,
        subject=row.subject,
        level=row.level,
        observed=row.observed,
        lower_limit=row.lower_limit,
        upper_limit=row.upper_limit,
        message=row.message,
        message_ko=told(catalogue.find(row.name), row.observed, judged, Language.KO),
        query=row.name,
    )


def _in_seoul(table: Table[Freshness]) -> Table[Freshness]:
    rows = [msgspec.structs.replace(row, ended_at=row.ended_at.astimezone(SEOUL)) for row in table.rows]
    return Table(table.query, rows)
