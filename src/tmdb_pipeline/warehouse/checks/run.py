"""Asking every check, and keeping what they found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from tmdb_pipeline.language import Language
from tmdb_pipeline.warehouse.checks.catalogue import CHECKS
from tmdb_pipeline.warehouse.checks.check import Check, Level, Measured
from tmdb_pipeline.warehouse.checks.words import told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import psycopg

#: From the most harmless to the worst: the level of a run is that of its worst check.
_ORDER = (Level.NOT_JUDGED, Level.OK, Level.WARNING, Level.ALARM)
_FORGET = "DELETE FROM tmdb.quality_runs WHERE run_id = %s"
_KEEP = """
INSERT INTO tmdb.quality_runs (run_id, check_name, checked_at, dimension, subject, level, observed, lower_limit,
    upper_limit, message, query)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        query: the statement that gave the value, to be run again.
        message: what was found, in words, in English, and what would be ok where it is not.
    """

    check: Check
    level: Level
    value: float | None
    lower: float | None
    upper: float | None
    message: str
    query: str


def run_checks(connection: psycopg.Connection, now: datetime, checks: Sequence[Check] = CHECKS) -> list[Finding]:
    """Ask each check, all of one state of the tables, which may be loaded meanwhile.

    Args:
        connection: of the warehouse, in autocommit; the role needs to read only.
        now: the moment by which freshness is judged, aware.
        checks: which.

    Raises:
        psycopg.Error: a statement failed.
    """
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return [_asked(connection, check, now) for check in checks]


def keep(connection: psycopg.Connection, run_id: str, now: datetime, findings: Sequence[Finding]) -> None:
    """Write a row for each finding to ``quality_runs``, in the place of those that the run had."""
    rows = [
        (
            run_id,
            found.check.name,
            now,
            found.check.dimension,
            found.check.subject,
            found.level,
            found.value,
            found.lower,
            found.upper,
            found.message,
            found.query,
        )
        for found in findings
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_FORGET, [run_id])
        cursor.executemany(_KEEP, rows)


def worst(levels: Sequence[Level]) -> Level:
    """The level of a run; ``not_judged`` without any check that could judge."""
    return max(levels, key=_ORDER.index, default=Level.NOT_JUDGED)


def _asked(connection: psycopg.Connection, check: Check, now: datetime) -> Finding:
    from psycopg.rows import dict_row  # noqa: PLC0415 - who describes the checks has no database

    query = check.query(now)
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(query.encode()).fetchone()
    measured = msgspec.convert(row, Measured) if row else Measured(value=None)
    judged = check.rule.judge(measured)
    message = told(check, measured.value, judged, Language.EN)
    return Finding(check, judged.level, measured.value, judged.lower, judged.upper, message, query)
