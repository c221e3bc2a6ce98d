"""The warehouse of the stack, as its ``init`` makes it, on a real server."""

import psycopg
import pytest

from deploy import init
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import WarehouseError, WarehouseRefused
from tmdb_pipeline.warehouse.schema.migrate import head, version_of
from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER

ROLES = {OWNER: "owner", LOADER: "loader", READER: "reader"}
PASSWORDS = {role: f"password-of-{name}" for role, name in ROLES.items()}


@pytest.fixture
def container(postgres, monkeypatch, tmp_path):
    """The container of init: its secrets, to change, and a server where Airflow's database is."""
    (tmp_path / "tmdb_warehouse_url").touch()
    (tmp_path / "postgres_password").write_text("airflow")
    for role, name in ROLES.items():
        (tmp_path / f"warehouse_{name}_password").write_text(PASSWORDS[role])
    monkeypatch.setattr(init, "SECRETS", tmp_path)
    monkeypatch.setattr(init, "POSTGRES", ("127.0.0.1", postgres.port))
    monkeypatch.setattr(init, "WAREHOUSE", "warehouse_of_init")
    postgres.rows("postgres", "CREATE ROLE airflow SUPERUSER LOGIN PASSWORD 'airflow'")
    postgres.rows("postgres", "CREATE DATABASE airflow OWNER airflow")
    yield tmp_path
    for database in ("airflow", "warehouse_of_init", "elsewhere"):
        postgres.rows("postgres", f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
    for role in ("airflow", *ROLES):
        postgres.rows("postgres", f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def address(postgres):
    """The address of the warehouse for a role."""
    return lambda role, password: Address(
        "of the test", "127.0.0.1", postgres.port, "warehouse_of_init", role, password
    )


def test_roles_and_tables_are_made(container, address):
    """Afterwards the tables are of this version; who loads may write, who reads may not, and nobody sees Airflow's."""
    said = init.set_up_warehouse()

    assert said == "the warehouse warehouse_of_init"
    with connected(address(LOADER, PASSWORDS[LOADER])) as connection:
        assert version_of(connection) == head()
        connection.execute("INSERT INTO genres VALUES (1, 'mark', 'mark')")
    with pytest.raises(WarehouseRefused), connected(address(READER, PASSWORDS[READER])) as connection:
        connection.execute("DELETE FROM genres")
    for role, password in PASSWORDS.items():
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(host="127.0.0.1", port=address("", "").port, dbname="airflow", user=role, password=password)


def test_later_starts_keep_what_is_there(container, address):
    """A start of another version, or after a change of a password in .env, loses no row."""
    init.set_up_warehouse()
    with connected(address(LOADER, PASSWORDS[LOADER])) as connection:
        connection.execute("INSERT INTO genres VALUES (1, 'mark', 'mark')")

    init.set_up_warehouse()

    with connected(address(READER, PASSWORDS[READER])) as connection:
        assert connection.execute("SELECT name FROM genres WHERE genre_id = 1").fetchall() == [("mark",)]


def test_warehouse_elsewhere_is_only_migrated(container, postgres):
    """In a warehouse of somebody's own no role is made; its tables are, by whoever may."""
    postgres.rows("postgres", "CREATE DATABASE elsewhere")
    (container / "tmdb_warehouse_url").write_text(postgres.url("elsewhere", "postgresql"))

    said = [init.set_up_warehouse(), init.set_up_warehouse()]

    assert said == [f"the warehouse TMDB_WAREHOUSE_URL (postgres at 127.0.0.1:{postgres.port}/elsewhere)"] * 2
    roles = postgres.rows("postgres", "SELECT count(*) FROM pg_roles WHERE rolname = %s", OWNER)
    assert roles == [(0,)]
    assert postgres.rows("elsewhere", "SELECT count(*) > 10 FROM tmdb.genres") == [(True,)]


def test_warehouse_elsewhere_that_is_no_address_is_said(container):
    """The message does not show what was given, for it holds a password."""
    (container / "tmdb_warehouse_url").write_text("http://user:secret@host/warehouse")

    with pytest.raises(WarehouseError) as refused:
        init.set_up_warehouse()

    assert str(refused.value).startswith("TMDB_WAREHOUSE_URL is no address of a Postgres database")
    assert "secret" not in str(refused.value)
