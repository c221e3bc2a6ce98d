"""The predictions of the model and what came of them, in ``predictions``: said once, and known once."""

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec
import psycopg

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load.statements import LOCK
from tmdb_pipeline.warehouse.schema.shape import require_shape


class Predicted(msgspec.Struct, frozen=True):
    """What a version said of a movie of a day: the chance that it comes, 0 to 1."""

    day: date
    role: str
    movie_id: int
    version: str
    chance: float


class Known(msgspec.Struct, frozen=True):
    """What came of a movie of a day, and its best possible chance; None where nobody knows that."""

    movie_id: int
    outcome: bool
    best_chance: float | None


def keep_predictions(connection: psycopg.Connection, address: Address, predicted: Iterable[Predicted]) -> int:
    """Add predictions, all or none; of what a role has said of a movie of a day already, nothing changes.

    Returns:
        How many rows are new.

    Raises:
        WrongSchema: the tables are not those of this version.
        psycopg.Error: see ``database.connected``; nothing has changed.
    """
    rows = [msgspec.structs.astuple(each) for each in predicted]
    with connection.transaction(), connection.cursor() as cursor:
        require_shape(connection, address)
        cursor.execute(LOCK)
        cursor.executemany(_PREDICTED, rows)
        return cursor.rowcount if rows else 0


def keep_outcomes(connection: psycopg.Connection, address: Address, day: date, known: Sequence[Known]) -> int:
    """Say what came of the movies of a day, all or none; what is known already stays.

    Returns:
        How many rows have changed.

    Raises:
        WrongSchema: the tables are not those of this version.
        psycopg.Error: see ``database.connected``; nothing has changed.
    """
    rows = [(each.outcome, each.best_chance, day, each.movie_id) for each in known]
    with connection.transaction(), connection.cursor() as cursor:
        require_shape(connection, address)
        cursor.execute(LOCK)
        cursor.executemany(_KNOWN, rows)
        return cursor.rowcount if rows else 0


def days_held(connection: psycopg.Connection) -> set[date]:
    """The days of which there are predictions."""
    return {day for (day,) in connection.execute("SELECT DISTINCT day FROM predictions")}


def days_unknown(connection: psycopg.Connection, last: date) -> list[date]:
    """The days up to one that have predictions of which nobody has said what came, the earliest first."""
    found = connection.execute(_UNKNOWN, [last])
    return [day for (day,) in found]


_PREDICTED = """
INSERT INTO predictions (day, role, movie_id, version, chance) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING"""
_KNOWN = """
UPDATE predictions SET outcome = %s, best_chance = %s WHERE day = %s AND movie_id = %s AND outcome IS NULL"""
_UNKNOWN = "SELECT DISTINCT day FROM predictions WHERE outcome IS NULL AND day <= %s ORDER BY day"
