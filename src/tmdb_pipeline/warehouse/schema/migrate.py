"""Making and upgrading the tables, by Alembic, in one transaction that no other migration runs beside."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import SCHEMA, connected, conninfo, in_words
from tmdb_pipeline.warehouse.errors import WarehouseRefused, WrongSchema
from tmdb_pipeline.warehouse.schema.roles import RIGHTS, grant_statements

#: Where Alembic keeps the version, in the schema of the warehouse: not the table that Airflow has.
VERSION_TABLE = "alembic_version_warehouse"
#: Number of the advisory lock, drawn once; who uses the tables may share it.
LOCK = 7_264_115_903
_OWNER = """
SELECT pg_has_role(current_user, nspowner, 'USAGE'), pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %s"""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def head() -> str:
    """The version that this code knows."""
    version = ScriptDirectory.from_config(_config()).get_current_head()
    return str(version)


def known_versions() -> set[str]:
    """Every version that this code can migrate from."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def migrate(address: Address) -> bool:
    """Bring the tables to the version that this code knows, and give the roles their rights.

    Of two migrations at once, the second waits for the first and finds nothing to do. One that is interrupted leaves
    the old version. Where nothing is to be done, no right is needed.

    Returns:
        Whether there was anything to do.

    Raises:
        WarehouseError: see ``database.connected``.
        WrongSchema: the tables are of a version that this code does not know.
    """
    with connected(address) as looking:
        if version_of(looking) == head():
            return False
    with _migrating(address) as config:
        command.upgrade(config, "head")
        _grant(config.attributes["connection"].connection.driver_connection)
    return True


def grant(address: Address) -> list[str]:
    """Give the roles that there are their rights on the tables, as their owner; which roles these are.

    Raises:
        WarehouseRefused: the role does not own the tables.
        WarehouseError: see ``database.connected``.
        WrongSchema: the tables are of another version than this code knows.
    """
    with connected(address) as connection, connection.transaction():
        require_version(connection, address)
        ((owns, owner),) = connection.execute(_OWNER, [SCHEMA]).fetchall()
        if not owns:  # Postgres would only warn
            raise WarehouseRefused(
                f"The warehouse {address} lets only {owner} give rights on its tables: sign in as that role."
            )
        return _grant(connection)


def _grant(connection: psycopg.Connection) -> list[str]:
    roles = {str(name) for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    for statement in grant_statements(roles):
        connection.execute(statement)
    return sorted(roles & {*RIGHTS})


def downgrade(address: Address, version: str) -> None:
    """Bring the tables back to an earlier version, ``base`` for none at all. What only later ones hold is lost.

    Raises:
        WarehouseError: see ``database.connected``.
        WrongSchema: there is no such version, or the tables are of one that this code does not know.
    """
    known = known_versions() | {"base"}
    if version not in known:
        raise WrongSchema(f"There is no version {version} of the tables: give one of {', '.join(sorted(known))}.")
    with _migrating(address) as config:
        command.downgrade(config, version)


def version_of(connection: psycopg.Connection) -> str | None:
    """The version of the tables; None where there are none."""
    found = connection.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.{VERSION_TABLE}"]).fetchone()
    if found is None or found[0] is None:
        return None
    row = connection.execute(f"SELECT version_num FROM {SCHEMA}.{VERSION_TABLE}").fetchone()  # noqa: S608 - a constant
    return str(row[0]) if row else None


def require_version(connection: psycopg.Connection, address: Address) -> None:
    """Refuse tables of another version than this code knows.

    Raises:
        WrongSchema: they are older, newer, or not there; the message says what to do.
    """
    found = version_of(connection)
    if found != head():
        raise _wrong(address, found)


def _wrong(address: Address, found: str | None) -> WrongSchema:
    if found is None:
        return WrongSchema(
            f"The warehouse {address} has no tables yet: make them with tmdb-pipeline warehouse migrate."
        )
    if found in known_versions():
        return WrongSchema(
            f"The tables of the warehouse {address} are of version {found}, this is for {head()}: bring them up to "
            "date with tmdb-pipeline warehouse migrate."
        )
    return WrongSchema(
        f"The tables of the warehouse {address} are of version {found}, which this tmdb-pipeline does not know: "
        "install the newer one that made them."
    )


@contextmanager
def _migrating(address: Address) -> Iterator[Config]:
    """A transaction for Alembic, alone on this warehouse."""
    told = conninfo(address, "tmdb-pipeline migrate")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(told, prepare_threshold=None))
    try:
        with in_words(address), _of_the_driver(), engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
            connection.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
            found = version_of(connection.connection.driver_connection)  # type: ignore[arg-type]
            if found is not None and found not in known_versions():
                raise _wrong(address, found)
            config = _config()
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


@contextmanager
def _of_the_driver() -> Iterator[None]:
    """Let an error of psycopg out of the one that SQLAlchemy has wrapped around it."""
    try:
        yield
    except DBAPIError as error:
        raise error.orig or error from error
