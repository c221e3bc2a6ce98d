"""What is in the warehouse, in a few numbers."""

from datetime import date, datetime
from typing import NamedTuple

import psycopg

_LOADS = """
SELECT dag_id, count(DISTINCT run_date), min(run_date), max(run_date), max(loaded_at)
FROM load_ledger GROUP BY dag_id ORDER BY dag_id"""
_MOVIES = "SELECT (SELECT count(*) FROM movies), (SELECT count(*) FROM quarantined_records)"


class LoadsOfDag(NamedTuple):
    """The run dates of a DAG that are in the tables, and when the last of them was loaded."""

    dag_id: str
    days: int
    first: date
    last: date
    loaded_at: datetime


def loads(connection: psycopg.Connection) -> list[LoadsOfDag]:
    """What is loaded, by DAG."""
    return [LoadsOfDag(*row) for row in connection.execute(_LOADS)]


def counts(connection: psycopg.Connection) -> tuple[int, int]:
    """Movies, and rejected records."""
    ((movies, quarantined),) = connection.execute(_MOVIES).fetchall()
    return movies, quarantined
