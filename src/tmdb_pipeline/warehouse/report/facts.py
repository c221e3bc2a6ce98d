"""The facts of the report: the rows of each of its queries, as types."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from tmdb_pipeline.warehouse.checks.sql import bound
from tmdb_pipeline.warehouse.report import queries

if TYPE_CHECKING:
    import psycopg


class LevelCount(msgspec.Struct, frozen=True):
    """How many checks ended at a level."""

    level: str
    checks: int


class FindingRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found, see ``checks.run.Finding``; ``statement`` is its query."""

    name: str
    dimension: str
    subject: str
    level: str
    observed: float | None
    lower_limit: float | None
    upper_limit: float | None
    message: str
    statement: str


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """What the warehouse holds; the days are the first and the last run date, None without any run."""

    movies: int
    observations: int
    quarantined: int
    runs: int
    first_day: date | None
    last_day: date | None


class MoviesOfDay(msgspec.Struct, frozen=True):
    """Different movies on the lists of a run."""

    run_date: date
    dag_id: str
    movies: int


class PassRate(msgspec.Struct, frozen=True, kw_only=True):
    """How many percent of the records of a run passed; the report says why not all."""

    run_date: date
    dag_id: str
    pass_rate: float
    records_validated: int
    records_passed: int
    verdict: str
    report_file: str


class GenreShare(msgspec.Struct, frozen=True):
    """How many percent of all movies are of a genre; a movie may be of several."""

    name: str
    name_en: str
    movies: int
    share: float


class PopularMovie(msgspec.Struct, frozen=True, kw_only=True):
    """A movie of the latest popular list, and where TMDB sent it."""

    rank: int
    movie_id: int
    title: str
    popularity: float | None
    vote_average: float | None
    vote_count: int | None
    page_file: str | None
    page_index: int | None


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """When a list was last collected, and how many hours before the check."""

    dag_id: str
    source: str
    run_date: date
    ended_at: datetime
    hours: float


R = TypeVar("R")


class Table(msgspec.Struct, Generic[R], frozen=True):
    """Rows, and the name of the query that gives them."""

    query: str
    rows: list[R]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the report tells, each with the name of its query in ``queries``."""

    levels: Table[LevelCount]
    findings: Table[FindingRow]
    totals: Table[Totals]
    movies_a_day: Table[MoviesOfDay]
    pass_rates: Table[PassRate]
    genre_shares: Table[GenreShare]
    popular: Table[PopularMovie]
    freshness: Table[Freshness]
    queries: dict[str, str]


def read_facts(connection: psycopg.Connection, run_id: str, now: datetime) -> Facts:
    """Read all facts, of one state of the tables, which may be loaded meanwhile.

    Args:
        connection: of the warehouse, in autocommit; the role needs to read only.
        run_id: the run whose findings in ``quality_runs`` are told.
        now: the moment by which freshness is told, aware.

    Raises:
        psycopg.Error: a statement failed.
    """
    from psycopg.rows import dict_row  # noqa: PLC0415 - who makes the page of them has no database

    statements: dict[str, str] = {}

    def read(name: str, statement: str, kind: type[R]) -> Table[R]:
        statements[name] = bound(statement, run_id=run_id, now=now).strip()
        with connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(statements[name].encode()).fetchall()
        return Table(name, msgspec.convert(rows, list[kind]))  # type: ignore[valid-type]

    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return Facts(
            levels=read("levels", queries.LEVELS, LevelCount),
            findings=read("findings", queries.FINDINGS, FindingRow),
            totals=read("totals", queries.TOTALS, Totals),
            movies_a_day=read("movies_a_day", queries.MOVIES_A_DAY, MoviesOfDay),
            pass_rates=read("pass_rates", queries.RATES, PassRate),
            genre_shares=read("genre_shares", queries.GENRE_SHARES, GenreShare),
            popular=read("popular", queries.POPULAR, PopularMovie),
            freshness=read("freshness", queries.FRESHNESS, Freshness),
            queries=statements,
        )
