"""``tmdb-pipeline warehouse create``: from a bare server to tables that the roles use."""

import re

import psycopg
import pytest

from tmdb_pipeline import interrupts
from tmdb_pipeline.cli import program
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.schema.migrate import migrate
from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER

ROLES = (OWNER, LOADER, READER)
NAME = "warehouse_created"


@pytest.fixture
def server(monkeypatch, postgres):
    """A server without the roles and the database, which an administrator may be asked to make."""
    monkeypatch.setattr(interrupts, "listen", lambda: None)
    monkeypatch.setenv("TMDB_WAREHOUSE_ADMIN_URL", postgres.url("postgres", "postgresql"))
    for role in ROLES:
        monkeypatch.delenv(f"{role.upper()}_PASSWORD", raising=False)
    yield postgres
    postgres.rows("postgres", f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    for role in (*ROLES, "nobody_special"):
        postgres.rows("postgres", f"DROP ROLE IF EXISTS {role}")


@pytest.fixture
def create(server, capsys):
    """Run the command: status, output and errors."""

    def run(*arguments):
        status = program.main(["warehouse", "create", "--database", NAME, *arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def addresses(said):
    """The addresses that the command printed, by role."""
    return {found[1]: found[0] for found in re.findall(r"(postgresql://(\w+):\S+)", said)}


def secret_of(server, role):
    """What the server keeps of the password of a role."""
    return server.rows("postgres", "SELECT rolpassword FROM pg_authid WHERE rolname = %s", role)


def test_what_is_printed_is_all_that_the_roles_need(create):
    """With the addresses printed the owner makes the tables, and the reader reads them and no more."""
    status, out, err = create()

    assert (status, err) == (0, "")
    found = addresses(out)
    assert sorted(found) == sorted(ROLES)
    assert len({url.split(":")[2] for url in found.values()}) == 3
    migrate(Address.from_url("IT", found[OWNER]))
    with connected(Address.from_url("IT", found[READER])) as connection:
        assert connection.execute("SELECT count(*) FROM dim_movie").fetchone() == (0,)


def test_roles_that_are_there_keep_their_passwords(create, server):
    """Run again it changes nothing, and prints no password, for it knows none."""
    create()
    before = [secret_of(server, role) for role in ROLES]

    status, out, err = create()

    assert (status, err) == (0, "")
    assert addresses(out) == {}
    assert out.count("keeps its password") == 3
    assert [secret_of(server, role) for role in ROLES] == before


def test_passwords_of_the_environment_are_not_shown(create, server, monkeypatch):
    """Who has chosen one knows it; it is that of the role, of one that was there as well."""
    create()
    before = [secret_of(server, role) for role in ROLES]
    monkeypatch.setenv("TMDB_READER_PASSWORD", "ge:heim")

    status, out, _ = create()

    assert status == 0
    assert "heim" not in out
    assert "tmdb_reader  has the password in TMDB_READER_PASSWORD" in out
    assert [secret_of(server, role) for role in ROLES][:2] == before[:2]
    assert secret_of(server, READER) != before[2]


@pytest.mark.parametrize("url", ["", "mysql://a:geheim@b/c"])
def test_administrator_is_asked_for(create, monkeypatch, url):
    """The status is 2, and the sentence says which role is meant."""
    monkeypatch.setenv("TMDB_WAREHOUSE_ADMIN_URL", url)

    status, out, err = create()

    assert (status, out) == (2, "")
    assert err.startswith("TMDB_WAREHOUSE_ADMIN_URL is n")
    assert err.endswith("postgresql://postgres:PASSWORD@127.0.0.1:5432/postgres.\n")
    assert "geheim" not in err


def test_who_may_not_make_roles_is_told(create, server, monkeypatch):
    """Nothing is made, and the sentence names the variable to mend."""
    server.rows("postgres", "CREATE ROLE nobody_special LOGIN PASSWORD 'x'")
    monkeypatch.setenv("TMDB_WAREHOUSE_ADMIN_URL", f"postgresql://nobody_special:x@127.0.0.1:{server.port}/postgres")

    status, out, err = create()

    assert (status, out) == (1, "")
    assert "refuses: permission denied to create role. Put the user and password of an administrator of" in err
    with psycopg.connect(server.url("postgres", "postgresql")) as connection:
        assert connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchall() == []
