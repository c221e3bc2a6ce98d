"""Predictions in the warehouse: said once, known once, scored by a view that is worked out by hand here."""

from datetime import date, timedelta

import psycopg
import pytest

from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WarehouseRefused, WrongSchema
from tmdb_pipeline.warehouse.predictions import (
    Known,
    Predicted,
    days_held,
    days_unknown,
    keep_outcomes,
    keep_predictions,
)
from tmdb_pipeline.warehouse.schema import roles
from tmdb_pipeline.warehouse.schema.migrate import migrate

DAY = date(2026, 11, 1)


def said(age=0, role="champion", version="a", chances=(0.9, 0.2)):
    """What a version says of movies 1, 2 and so on."""
    day = DAY + timedelta(days=age)
    return [Predicted(day, role, number, version, chance) for number, chance in enumerate(chances, start=1)]


def rows(connection):
    return connection.execute("SELECT * FROM predictions ORDER BY day, role, movie_id").fetchall()


def places(connection):
    """Each row with its place on the disk and the transaction that wrote it."""
    return connection.execute("SELECT ctid::text, xmin::text, p FROM predictions AS p ORDER BY ctid").fetchall()


def test_what_was_said_stays(address, connection):
    """Loaded again nothing changes, nor where another version would say it now; another role stands beside it."""
    assert keep_predictions(connection, address, said()) == 2
    before = places(connection)

    again = keep_predictions(connection, address, said())
    after_rollback = keep_predictions(connection, address, said(version="b", chances=(0.1, 0.1)))

    assert (again, after_rollback) == (0, 0)
    assert places(connection) == before
    assert keep_predictions(connection, address, said(role="challenger", version="b")) == 2
    assert keep_predictions(connection, address, []) == 0
    assert rows(connection) == [
        (DAY, "challenger", 1, "b", 0.9, None, None),
        (DAY, "challenger", 2, "b", 0.2, None, None),
        (DAY, "champion", 1, "a", 0.9, None, None),
        (DAY, "champion", 2, "a", 0.2, None, None),
    ]


def test_what_came_is_filled_in_once(address, connection):
    """For both roles at once; a movie of which nobody knows stays unknown, and what is known never changes."""
    for role in ("champion", "challenger"):
        keep_predictions(connection, address, said(role=role))
    keep_predictions(connection, address, said(age=1))
    known = [Known(1, outcome=True, best_chance=0.8), Known(7, outcome=True, best_chance=None)]

    assert keep_outcomes(connection, address, DAY, known) == 2
    before = places(connection)
    assert keep_outcomes(connection, address, DAY, [Known(1, outcome=False, best_chance=None)]) == 0
    assert keep_outcomes(connection, address, DAY, []) == 0

    assert places(connection) == before
    assert [(row[0], row[2], *row[5:]) for row in rows(connection) if row[1] == "champion"] == [
        (DAY, 1, True, 0.8),
        (DAY, 2, None, None),
        (DAY + timedelta(days=1), 1, None, None),
        (DAY + timedelta(days=1), 2, None, None),
    ]
    assert days_held(connection) == {DAY, DAY + timedelta(days=1)}
    assert days_unknown(connection, DAY) == [DAY]
    assert days_unknown(connection, DAY + timedelta(days=9)) == [DAY, DAY + timedelta(days=1)]
    keep_outcomes(connection, address, DAY, [Known(2, outcome=False, best_chance=None)])
    assert days_unknown(connection, DAY) == []


def test_scores_are_brier_scores(connection, address):
    """By day, role and version; the base rate is what was known by the day, and there is none in the first week."""
    for age in (0, 6, 7, 34, 35, 42):
        keep_predictions(connection, address, said(age))
    keep_predictions(connection, address, said(7, "challenger", "b", (0.5, 0.5)))
    for age, came in ((0, (True, True)), (6, (True, False)), (7, (True, False)), (35, (False, False))):
        known = [Known(number, outcome=each, best_chance=0.75) for number, each in enumerate(came, start=1)]
        keep_outcomes(connection, address, DAY + timedelta(days=age), known)
    keep_outcomes(
        connection,
        address,
        DAY + timedelta(days=34),
        [Known(1, outcome=False, best_chance=None), Known(2, outcome=False, best_chance=None)],
    )

    found = connection.execute(
        "SELECT day, role, version, movies, came, brier, base_brier, best_brier FROM prediction_scores ORDER BY 1, 2"
    ).fetchall()

    honest, best = (0.1**2 + 0.2**2) / 2, (0.25**2 + 0.75**2) / 2
    numbers = [
        (0, "champion", "a", 1.0, (0.1**2 + 0.8**2) / 2, None, 0.25**2),
        (6, "champion", "a", 0.5, honest, None, best),
        (7, "challenger", "b", 0.5, 0.25, 0.5, best),  # on day 7, day 0 is known: of all it came
        (7, "champion", "a", 0.5, honest, 0.5, best),
        (34, "champion", "a", 0.0, (0.9**2 + 0.2**2) / 2, (4 / 6) ** 2, None),
        (35, "champion", "a", 0.0, (0.9**2 + 0.2**2) / 2, (1 / 2) ** 2, 0.75**2),  # day 0 is too old
    ]
    assert found == [
        (DAY + timedelta(days=age), role, version, 2, *(each if each is None else pytest.approx(each) for each in rest))
        for age, role, version, *rest in numbers
    ]


@pytest.mark.parametrize(
    "change", ["chance = 1.5", "best_chance = -1", "role = 'winner'", "role = NULL", "version = NULL"]
)
def test_no_row_can_be_what_it_may_not(connection, address, change):
    """Chances are chances, and there are two roles, whoever writes."""
    keep_predictions(connection, address, said())

    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.NotNullViolation)):
        connection.execute(f"UPDATE predictions SET {change}")  # noqa: S608 - of the cases above


def test_other_tables_are_refused(connection, address):
    """Nothing is written into tables that somebody has changed."""
    connection.execute("ALTER TABLE predictions ADD COLUMN mine text")

    with pytest.raises(WrongSchema, match="column mine"):
        keep_predictions(connection, address, said())
    with pytest.raises(WrongSchema, match="column mine"):
        keep_outcomes(connection, address, DAY, [])


def test_loader_writes_and_reader_reads(as_role):
    """As of all other tables."""
    owner, loader, reader = map(as_role, (roles.OWNER, roles.LOADER, roles.READER))
    migrate(owner)

    with connected(loader) as connection:
        assert keep_predictions(connection, loader, said()) == 2
        assert keep_outcomes(connection, loader, DAY, [Known(1, outcome=True, best_chance=None)]) == 1
    with connected(reader) as connection:
        assert connection.execute("SELECT movies FROM prediction_scores").fetchall() == [(1,)]
    with pytest.raises(WarehouseRefused, match="permission denied"), connected(reader) as connection:
        connection.execute("DELETE FROM predictions")
