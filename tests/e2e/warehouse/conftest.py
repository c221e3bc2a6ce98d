"""A warehouse of its own for each test, on the Postgres of the end-to-end tests, and lakes of small runs."""

import shutil
from datetime import date
from itertools import count

import psycopg
import pytest
from e2e.digest import later_clock
from e2e.warehouse.small_runs import SmallRuns

from fake_tmdb import NO_LIMITS, FakeTmdb, Fault
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.schema import roles
from tmdb_pipeline.warehouse.schema.migrate import migrate

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def warehouse_template(postgres):
    """A database with the tables in it, for others to copy."""
    migrate(Address.from_url("the test", postgres.create("warehouse_template").replace("+psycopg2", "")))
    return "warehouse_template"


@pytest.fixture
def database(postgres, warehouse_template):
    """The name of a database with empty tables."""
    name = f"warehouse_{next(_NUMBERS)}"
    postgres.create(name, template=warehouse_template)
    yield name
    postgres.rows("postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def address(postgres, database):
    """The address of the database, as its owner."""
    return Address.from_url("the test", postgres.url(database, "postgresql"))


@pytest.fixture
def connection(address):
    """A connection to it."""
    with connected(address) as connection:
        yield connection


@pytest.fixture
def runs(tmp_path):
    """Makes runs in a lake, without TMDB."""
    return SmallRuns(Lake(str(tmp_path / "lake")))


@pytest.fixture(scope="session")
def collected(tmdb_server, tmp_path_factory):
    """A lake with a daily and a weekly run of one day, as the library leaves it; some records were broken."""
    from e2e.library import run_daily, run_weekly

    root = tmp_path_factory.mktemp("collected")
    broken = Fault(path="/*/*", page=2, set={"results.0.vote_average": 11.0, "results.3.title": ""})
    fake = FakeTmdb(catalogue=tmdb_server.fake.catalogue, clock=later_clock(), limits=NO_LIMITS, faults=[broken])
    with fake.serve() as server:
        run_daily(server, root, date(2024, 1, 7))
        run_weekly(server, root, date(2024, 1, 7))
    return root


@pytest.fixture
def lake_of_a_day(collected, tmp_path):
    """A copy of it, which the test may damage."""
    shutil.copytree(collected, tmp_path / "lake")
    return Lake(str(tmp_path / "lake"))


@pytest.fixture
def as_role(postgres):
    """Makes the roles and a database of the owner's, and gives its address for a role."""
    passwords = dict.fromkeys([roles.OWNER, roles.LOADER, roles.READER], "geheim")
    with psycopg.connect(postgres.url("postgres", "postgresql"), autocommit=True) as connection:
        for _ in range(2):  # as the stack does at each start
            roles.make_roles(connection, "warehouse_roles", passwords)
    url = f"postgresql://{{}}:geheim@127.0.0.1:{postgres.port}/warehouse_roles"
    yield lambda role: Address.from_url("the test", url.format(role))
    postgres.rows("postgres", "DROP DATABASE warehouse_roles WITH (FORCE)")
    postgres.rows("postgres", f"DROP ROLE {', '.join(passwords)}")
