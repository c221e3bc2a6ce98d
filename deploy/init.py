#!/usr/bin/env python3
"""What the stack needs before its services start: Airflow's tables, the administrator, the DAGs' pool, the warehouse.

Runs Airflow's own commands, one after the other in one process, for importing Airflow takes longer than they do; and
so the password is in no process list. May be run again: tables are brought up to date, and the administrator's
password, and those of the roles that own, load and read the warehouse, become the ones in .env.
"""

import contextlib
import io
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tmdb_pipeline.dags import POOL
from tmdb_pipeline.ops.errors import OpsError
from tmdb_pipeline.warehouse.errors import WarehouseError

SECRETS = Path("/run/secrets")
#: The server of all databases of the stack.
POSTGRES = ("postgres", 5432)
#: What a restore leaves that was interrupted, in the data root that is mounted here: ``ops.backup.journal``.
JOURNAL = Path("/opt/airflow/data/.tmdb-restore.json")
#: The roles that may read all DAGs, but do not see what plugins add to the menu, unless they are given that right.
VIEWERS = ("Viewer", "User")
#: The database of the warehouse, beside that of Airflow.
WAREHOUSE = "tmdb_warehouse"

Run = Callable[..., str]


class Missing(Exception):
    """A secret or a setting of the container is not there; the message says which one."""


def airflow(*arguments: str) -> str:
    """Run a command of Airflow in this process; what it printed.

    Raises:
        SystemExit: the command failed.
    """
    from airflow.cli.cli_parser import get_parser  # noqa: PLC0415 - seconds, which the checks before need not wait for

    parsed = get_parser().parse_args(arguments)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        parsed.func(parsed)
    return printed.getvalue()


def set_up(run: Run, user: str, email: str, password: str) -> None:
    """Tables, administrator, who sees the page in the menu, and pool.

    Raises:
        SystemExit: one of them cannot be made.
    """
    run("db", "migrate")
    # One argument each: a password may begin with a dash.
    who = (f"--username={user}", f"--password={password}")
    names = ("--firstname=Airflow", "--lastname=Administrator", f"--email={email}", "--role=Admin")
    try:
        created = run("users", "create", *who, *names)
    except SystemExit as error:
        raise SystemExit(
            f"Refused: the administrator {user} cannot be made: {error}. No two users have the same address: if you "
            "have changed ADMIN_USER in .env, change ADMIN_EMAIL as well."
        ) from None
    if "already exists" in created:
        run("users", "reset-password", *who)
    for role in VIEWERS:
        run("roles", "add-perms", role, "--resource", "Plugins", "--action", "can_read")
    run("pools", "set", POOL.name, str(POOL.slots), POOL.description)


def resolves(host: str) -> bool:
    """Whether a host of this name is known here."""
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return False
    return True


def doubts(base_url: str, known: Callable[[str], bool] = resolves) -> list[str]:
    """A message where the fake is started and not asked, or asked and not started."""
    try:
        host = urlsplit(base_url).hostname
    except ValueError:  # no address at all, which a task says
        host = None
    if host == "fake-tmdb":
        if not known("fake-tmdb"):
            return ["TMDB_BASE_URL names the fake, which is not there: start it with --profile fake, or empty it."]
    elif known("fake-tmdb"):
        return ["The fake is there, but nobody asks it: set TMDB_BASE_URL=http://fake-tmdb:8080/3 in .env."]
    return []


def unreachable(executor: str, database: Callable[[], None], known: Callable[[str], bool] = resolves) -> str | None:
    """A message if the queue or the database cannot be used."""
    if executor == "CeleryExecutor" and not known("redis"):
        return "EXECUTOR is CeleryExecutor, but there is no Redis: start with --profile celery, or set LocalExecutor."
    try:
        database()
    except Exception as error:  # noqa: BLE001 - whatever the driver calls it
        if "password authentication failed" not in str(error):
            return f"Postgres cannot be used: {error}"
        return (
            "Postgres refuses POSTGRES_PASSWORD: it keeps the one that it was first started with, or was last given. "
            "Give it another with `tmdb-ops rotate database`, which needs neither."
        )
    return None


def administrator() -> Any:
    """A connection to Airflow's database, as who administers the server."""
    import psycopg  # noqa: PLC0415 - only in the image

    host, port = POSTGRES
    password = secret("postgres_password")
    return psycopg.connect(host=host, port=port, user="airflow", dbname="airflow", password=password, autocommit=True)


def connect() -> None:
    """Sign in to the database once."""
    administrator().close()


def set_up_warehouse() -> str:
    """The tables of the warehouse, at their latest version; its name.

    In a warehouse of somebody's own nothing is done but that, and nothing at all if its tables are of that version.

    Raises:
        WarehouseError: it cannot be used.
        Missing: a secret cannot be read.
    """
    from tmdb_pipeline.warehouse.address import Address  # noqa: PLC0415 - only in the image
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - only in the image
    from tmdb_pipeline.warehouse.schema.migrate import head, migrate, version_of  # noqa: PLC0415
    from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER, make_roles  # noqa: PLC0415

    if url := secret("tmdb_warehouse_url"):
        address = Address.from_url("TMDB_WAREHOUSE_URL", url)
        with connected(address) as connection:
            found = version_of(connection)
        if found != head():
            migrate(address)
        return f"the warehouse {address}"
    names = {OWNER: "owner", LOADER: "loader", READER: "reader"}
    passwords = {role: secret(f"warehouse_{name}_password") for role, name in names.items()}
    with administrator() as connection:
        make_roles(connection, WAREHOUSE, passwords)
        connection.execute("REVOKE CONNECT ON DATABASE airflow FROM PUBLIC")  # it is Airflow's alone
    migrate(Address("of the stack", *POSTGRES, WAREHOUSE, OWNER, passwords[OWNER]))
    return f"the warehouse {WAREHOUSE}"


def settle() -> str | None:
    """Complete a restore that was interrupted, or take it back, before anybody uses what it was about; what was done.

    Raises:
        OpsError: it cannot be.
    """
    if not JOURNAL.exists():
        return None
    from tmdb_pipeline.ops.backup import journal  # noqa: PLC0415 - only where there is something to do
    from tmdb_pipeline.ops.backup.site import of_stack  # noqa: PLC0415 - as above

    secrets = {file.name.upper(): file.read_text(encoding="utf-8") for file in SECRETS.iterdir() if file.is_file()}
    return journal.settle(of_stack(POSTGRES, WAREHOUSE, secrets, str(JOURNAL.parent)))


def alert_channels() -> Any:
    """The channels of alerts, and what is wrong with them: ``orchestration.alerts.channels.Found``."""
    from tmdb_pipeline.orchestration.alerts.channels import find_channels  # noqa: PLC0415 - seconds, as above

    return find_channels(with_database=True)


def who_is_told(found: Any) -> list[str]:
    """Who gets alerts, or that nobody does, in sentences."""
    names = " and ".join(channel.name for channel in found.channels)
    said = f"Alerts are sent by {names}." if names else "Nobody gets alerts: docs/alerts.md says how to set them up."
    return [said, *found.absent]


def secret(name: str) -> str:
    """A secret that this container was given.

    Raises:
        Missing: it is not there, or no text.
    """
    try:
        return (SECRETS / name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise Missing(f"{name.upper()} cannot be read: {why}. Mend it in .env.") from None


def setting(name: str) -> str:
    """A setting of this container.

    Raises:
        Missing: it has none of the name.
    """
    if name not in os.environ:
        raise Missing(f"{name} is not set: run this by docker compose, which sets it.")
    return os.environ[name]


def main() -> int:
    """Set everything up; 1, and a message, if it cannot be."""
    try:
        trouble = unreachable(setting("AIRFLOW__CORE__EXECUTOR"), connect)
        who = () if trouble else (setting("ADMIN_USER"), setting("ADMIN_EMAIL"), secret("admin_password"))
    except Missing as error:
        trouble = str(error)
    if trouble:
        sys.stderr.write(f"Refused: {trouble}\n")
        return 1
    for doubt in doubts(os.environ.get("TMDB_BASE_URL", "")):
        sys.stderr.write(f"Warning: {doubt}\n")
    try:
        settled = settle()
    except OpsError as error:
        sys.stderr.write(f"Refused: {error}\n")
        return 1
    if settled:
        sys.stdout.write(f"{settled}\n")
    set_up(airflow, *who)
    try:
        warehouse = set_up_warehouse()
    except (WarehouseError, Missing) as error:
        sys.stderr.write(f"Refused: {error}\n")
        return 1
    found = alert_channels()
    for doubt in found.wrong.values():
        sys.stderr.write(f"Warning: {doubt}\n")
    for sentence in who_is_told(found):
        sys.stdout.write(f"{sentence}\n")
    sys.stdout.write(f"Airflow's tables, its administrator, the pool {POOL.name} and {warehouse} are ready.\n")
    return 0


if __name__ == "__main__":  # pragma: no cover - tests run the script in an environment of its own
    sys.exit(main())
