"""Sites for the tests of backups, on a Postgres whose programs are here."""

from datetime import UTC, date, datetime

import psycopg
import pytest
from e2e.postgres import EmbeddedPostgres
from e2e.warehouse.backup.sites import HISTORY, PASSWORDS, BackedUp

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.schema import roles
from tmdb_pipeline.warehouse.schema.migrate import migrate


@pytest.fixture(scope="session")
def server():
    """A Postgres of the wheel, which brings programs of its version."""
    with EmbeddedPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def templates(server):
    """The databases that those of the tests are copies of: the metadata, and a warehouse of its owner's."""
    server.create("metadata_template")
    with psycopg.connect(server.url("metadata_template", "postgresql"), autocommit=True) as connection:
        connection.execute(HISTORY)
        roles.make_roles(connection, "warehouse_template", PASSWORDS)
    migrate(Address("the test", "127.0.0.1", server.port, "warehouse_template", roles.OWNER, "geheim"))


@pytest.fixture
def make_site(server, templates, tmp_path):
    """Makes sites with a run of a day, loaded."""
    made = []

    def make():
        site = BackedUp(server, tmp_path)
        made.append(site)
        site.collect(date(2024, 1, 7))
        return site

    yield make
    for site in made:
        site.drop()


@pytest.fixture
def site(make_site):
    """A site with a run of a day, loaded."""
    return make_site()


@pytest.fixture
def now():
    """A clock that stands still."""
    return lambda: datetime(2024, 1, 8, 3, tzinfo=UTC)
