"""The machine under a simulation: it counts what is done, and strikes at one action where it is told to."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
from simulation.troubles import Trouble

from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.warehouse import session

_AT_WRITES = ("killed", "disk full")
_AT_STATEMENTS = ("killed", "connection lost")


class Killed(BaseException):
    """The process is gone. Nothing catches it but whoever starts the next one."""


class Machine:
    """Counts steps, files written and statements of a day; ``struck`` is what has happened so far."""

    def __init__(self) -> None:
        """Begin with a day on which nothing happens."""
        self.struck: list[Trouble] = []
        self._armed: list[list[Any]] = []

    def begin(self, troubles: Sequence[Trouble]) -> None:
        """Begin a day: each trouble of the machine strikes once, when its number of actions is done."""
        kinds = {*_AT_WRITES, *_AT_STATEMENTS}
        self._armed = [[trouble.number, trouble] for trouble in troubles if trouble.kind in kinds]

    def step(self) -> None:
        """Something is done, and the next thing not begun."""
        self._strike({"killed": _kill})

    def _strike(self, ways: dict[str, Any]) -> None:
        for armed in list(self._armed):
            left, trouble = armed
            if trouble.kind not in ways:
                continue
            armed[0] -= 1
            if left <= 0:
                self._armed.remove(armed)
                self.struck.append(trouble)
                ways[trouble.kind]()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Within this, files and statements are counted, and no file waits for the disk."""
        write, connect = disk.write, session.Session.connect

        def writing(target: Path, data: bytes) -> None:
            self._strike({"killed": _kill, "disk full": _fill})
            write(target, data)
            self._strike({"killed": _kill})

        def connecting(conninfo: str, **options: Any) -> Any:
            connection = connect(conninfo, **options)
            connection.cursor_factory = counting
            return connection

        def strike(connection: psycopg.Connection) -> None:
            self._strike({"killed": _kill, "connection lost": lambda: _cut(connection)})

        class counting(psycopg.Cursor):  # noqa: N801 - as the function that it stands in for
            def execute(self, *arguments: Any, **options: Any) -> Any:
                strike(self.connection)
                return super().execute(*arguments, **options)

            def copy(self, *arguments: Any, **options: Any) -> Any:
                strike(self.connection)
                return super().copy(*arguments, **options)

        with (
            mock.patch.object(disk, "write", writing),
            mock.patch.object(session.Session, "connect", connecting),
            mock.patch.object(os, "fsync"),
        ):
            yield


def _kill() -> None:
    raise Killed


def _fill() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _cut(connection: psycopg.Connection) -> None:
    with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
