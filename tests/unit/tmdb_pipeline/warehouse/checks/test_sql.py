from datetime import UTC, datetime

import pytest

from tmdb_pipeline.warehouse.checks.catalogue import CHECKS
from tmdb_pipeline.warehouse.checks.sql import bound, counted, fragments
from tmdb_pipeline.warehouse.report import queries

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def test_values_become_literals():
    """A statement that was asked can be pasted into psql: texts are quoted, moments have their type and zone."""
    assert bound("SELECT :name, :now, x::float8, :other", name="O'Hara", now=NOW) == (
        "SELECT 'O''Hara', TIMESTAMPTZ '2026-11-22T04:00:00+00:00', x::float8, :other"
    )


def test_moment_without_a_zone_is_refused():
    """It would mean another moment in each session."""
    with pytest.raises(ValueError, match=r"^The moment 2026-11-22 04:00:00 says no time zone; pass an aware one\.$"):
        bound("SELECT :now", now=NOW.replace(tzinfo=None))


def test_fragments_are_put_in_as_they_are():
    """Parts of SQL of our own are not quoted; casts are no places."""
    assert fragments("SELECT :what::text, :other", what="1 + 1") == "SELECT 1 + 1::text, :other"


def test_rows_are_counted_unless_the_warehouse_is_empty():
    """The rows that a check is about can be had by the statement within."""
    assert "(\n    SELECT 1\n    FROM x\n)" in counted("\nSELECT 1\nFROM x\n")


@pytest.mark.parametrize("check", CHECKS, ids=[check.name for check in CHECKS])
def test_query_of_a_check_stands_alone(check):
    """Nothing is left to be filled in, and every table says its schema, so that the path of a session is no matter."""
    query = check.query(NOW)

    assert fragments(query, **dict.fromkeys(("now", "dag_id", "source", "label", "kinds", "rows"), "")) == query
    assert "tmdb." in query
    assert query.startswith(("SELECT", "WITH"))


@pytest.mark.parametrize("name", [name for name in vars(queries) if name.isupper()])
def test_query_of_the_report_stands_alone(name):
    """The same for the facts of the report."""
    query = bound(getattr(queries, name), now=NOW, run_id="manual__1")

    assert ":now" not in query
    assert ":run_id" not in query
    assert "tmdb." in query
