"""Signing in: through a pooler, under limits that are meant for people, and with parameters that are wrong."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from unittest import mock

import psycopg
import pytest
from e2e.warehouse.small_runs import DAILY, movie
from e2e.warehouse.tables import state

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WarehouseRefused
from tmdb_pipeline.warehouse.load.days import Verdict, Which, load_runs
from tmdb_pipeline.warehouse.schema.migrate import downgrade, migrate
from tmdb_pipeline.warehouse.session import Session

FIRST = date(2024, 1, 7)
DAYS = [Which(FIRST + timedelta(days=number), DAILY) for number in range(8)]


@contextmanager
def forgetting():
    """Let each transaction begin in a session of the server that knows nothing of those before it."""
    begin = Session.transaction

    @contextmanager
    def transaction(session, *arguments, **options):
        if session.info.transaction_status is psycopg.pq.TransactionStatus.IDLE:
            psycopg.Connection.execute(session, "DISCARD ALL")
        with begin(session, *arguments, **options) as begun:
            yield begun

    with mock.patch.object(Session, "transaction", transaction):
        yield


def test_pooler_gives_each_transaction_another_session(runs, address, connection):
    """As pgbouncer in transaction mode does: the tables are made and loaded as without it."""
    for number, which in enumerate(DAYS):
        runs.write(DAILY, which.run_date, {"popular": [movie(1, popularity=float(number))], "trending": [movie(2)]})
    assert [outcome.verdict for outcome in load_runs(runs.lake, address, DAYS)] == [Verdict.LOADED] * len(DAYS)
    expected = state(connection)

    with forgetting():
        downgrade(address, "base")
        migrate(address)
        outcomes = [*load_runs(runs.lake, address, DAYS)]

    assert [outcome.verdict for outcome in outcomes] == [Verdict.LOADED] * len(DAYS)
    assert state(connection) == expected


def test_transaction_within_another_keeps_its_settings(connection):
    """Behind a pooler, too: what was set for the outer one holds for both, and each can be undone."""
    with forgetting(), connection.transaction():
        with connection.transaction(force_rollback=True):
            connection.execute("INSERT INTO genres VALUES (1)")
        found = connection.execute("SELECT current_schema(), count(*) FROM genres WHERE genre_id = 1").fetchone()

    assert found == ("tmdb", 0)


def test_pooler_lets_it_in_and_is_left_nothing(connection):
    """No parameter that a pooler refuses, no prepared statement, and no setting that the next one would find."""
    before = connection.cursor().execute("SHOW search_path").fetchone()

    for _ in range(10):
        assert connection.execute("SELECT current_schema()").fetchone() == ("tmdb",)

    assert "options" not in connection.info.get_parameters()
    assert connection.cursor().execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
    assert connection.cursor().execute("SHOW search_path").fetchone() == before == ('"$user", public',)
    assert connection.cursor().execute("SHOW lock_timeout").fetchone() == ("0",)


def test_limits_meant_for_people_do_not_end_a_load(postgres, database, address):
    """A task has its own: one of the database would end each try of a long load at the same place."""
    for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
        postgres.rows("postgres", f"ALTER DATABASE \"{database}\" SET {limit} = '5min'")

    with connected(address) as connection, connection.transaction():
        found = [connection.execute(f"SHOW {limit}").fetchone() for limit in ("statement_timeout", "lock_timeout")]

    assert found == [("0",), ("1min",)]


def test_further_parameters_come_before_ours(postgres, database):
    """Those that we have values for, too: people know their network."""
    url = postgres.url(database, "postgresql") + "?connect_timeout=3&application_name=theirs&options=-c%20jit%3Doff"
    address = Address.from_url("the test", url)

    assert not migrate(address)
    with connected(address) as connection:
        assert connection.info.get_parameters()["connect_timeout"] == "3"
        assert connection.execute("SELECT current_setting('application_name'), current_setting('jit')").fetchone() == (
            "theirs",
            "off",
        )


@pytest.mark.parametrize("use", [migrate, lambda address: downgrade(address, "base"), None])
@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"cursor": "dictcursor"},
            r'cannot be reached with its further parameters: invalid connection option "cursor"',
        ),
        ({"autocommit": "0"}, r'invalid connection option "autocommit"\. Take that out'),
        ({"host": "db", "user": "me"}, r"has host, user among its further parameters as well: take that out"),
        ({"sslmode": "require"}, r"refuses to sign in: .*SSL was required\. Mend "),
        ({"sslmode": "on"}, r'refuses to sign in: .*invalid sslmode value: "on"'),
        ({"keepalives": "True"}, r'refuses to sign in: .*invalid integer value "True"'),
        ({"service": "none such"}, r'refuses to sign in: .*definition of service "none such" not found'),
    ],
)
def test_parameters_that_only_a_person_can_mend(address, options, sentence, use):
    """They are refused in a sentence, and no try is wasted on them, whatever is to be done."""
    wrong = replace(address, options=options)

    def sign_in(address):
        connected(address).__enter__()

    with pytest.raises(WarehouseRefused, match=sentence):
        (use or sign_in)(wrong)
