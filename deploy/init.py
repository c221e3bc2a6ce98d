#!/usr/bin/env python3
"""What the stack needs before its services start: Airflow's tables, the administrator, and the pool of the DAGs.

Runs Airflow's own commands, one after the other in one process, for importing Airflow takes longer than they do; and
so the password is in no process list. May be run again: tables are brought up to date, and the administrator's
password becomes the one in .env.
"""

import contextlib
import io
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from tmdb_pipeline.dags import POOL

SECRETS = Path("/run/secrets")

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
    """Tables, administrator and pool.

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
            "Postgres refuses POSTGRES_PASSWORD: it keeps the one that it was first started with. Put that back into "
            ".env and run `docker compose up -d --wait --force-recreate`, or begin anew and lose its data with "
            "`docker compose down --volumes`."
        )
    return None


def connect() -> None:
    """Sign in to the database once."""
    import psycopg  # noqa: PLC0415 - only in the image

    psycopg.connect(host="postgres", user="airflow", dbname="airflow", password=secret("postgres_password")).close()


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
    set_up(airflow, *who)
    sys.stdout.write(f"Airflow's tables, its administrator and the pool {POOL.name} are ready.\n")
    return 0


if __name__ == "__main__":  # pragma: no cover - tests run the script in an environment of its own
    sys.exit(main())
