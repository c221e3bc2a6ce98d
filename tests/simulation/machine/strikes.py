"""The machine under a simulation: it counts what is done, and strikes at one action where it is told to."""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, current_thread
from typing import Any
from unittest import mock

import psycopg
from simulation.held_clock import HeldClock
from simulation.troubles import Trouble
from support import no_file_larger_than

from tmdb_pipeline.lake.stores import disk
from tmdb_pipeline.warehouse import session
from tmdb_pipeline.warehouse.load import statements

#: Of each kind, so many actions at least that it may strike come on a day: files, statements, loads.
ACTIONS = {"killed": 70, "disk full": 25, "disk stays full": 25, "connection lost": 70, "loaded twice": 1}
#: How the thread of a second load is called, which the machine leaves alone; those of a collection it strikes.
BESIDE = "beside"
_STAYS_FULL = timedelta(hours=2)


class Killed(BaseException):
    """The process is gone. Nothing catches it but whoever starts the next one."""


class Machine:
    """Counts steps, files written and statements of a day; ``struck`` is what has happened so far.

    ``torn`` names each file that was neither as before nor as it was to be, when its writer had come to an end.
    ``at_lock`` is set when a load beside another one asks for its lock, ``behind_lock`` when it goes on.
    """

    def __init__(self, clock: HeldClock, root: Path, load_beside: Callable[[], None]) -> None:
        """Begin with a day on which nothing happens; the disk that can be full is that of a root."""
        self.struck: list[Trouble] = []
        self.torn: list[str] = []
        self.at_lock, self.behind_lock = Event(), Event()
        self._armed: list[list[Any]] = []
        self._clock = clock
        self._root = root
        self._load_beside = load_beside
        self._full_until: datetime = clock.now()
        self._counts = True

    def begin(self, troubles: Sequence[Trouble]) -> None:
        """Begin a day: each trouble of the machine strikes once, when its number of actions is done."""
        self._armed = [
            [trouble.number % ACTIONS[trouble.kind], trouble] for trouble in troubles if trouble.kind in ACTIONS
        ]

    def step(self) -> None:
        """Something is done, and the next thing not begun."""
        self._strike({"killed": _kill})

    @contextmanager
    def resting(self) -> Iterator[None]:
        """Within this nothing strikes: another process works."""
        self._counts = False
        try:
            yield
        finally:
            self._counts = True

    def _strike(self, ways: dict[str, Callable[[], None]]) -> None:
        if not self._counts or current_thread().name == BESIDE:
            return
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
        connect, counting = session.Session.connect, self._cursor()

        def connecting(conninfo: str, **options: Any) -> Any:
            connection = connect(conninfo, **options)
            connection.cursor_factory = counting
            return connection

        with (
            mock.patch.object(disk, "write", self._writer(disk.write)),
            mock.patch.object(session.Session, "connect", connecting),
            mock.patch.object(os, "fsync"),
        ):
            yield

    def _writer(self, write: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
        """What writes a file, and strikes before, in the midst and behind."""

        def writing(target: Path, data: bytes) -> None:
            def half() -> None:
                self._tear(write, target, data)

            def fill() -> None:
                half()
                _fill()

            def fill_up() -> None:
                self._full_until = self._clock.now() + _STAYS_FULL

            def kill() -> None:
                half()
                _kill()

            self._strike({"killed": kill, "disk full": fill, "disk stays full": fill_up})
            if self._clock.now() < self._full_until and target.is_relative_to(self._root):
                fill()
            write(target, data)
            self._strike({"killed": _kill})

        return writing

    def _cursor(self) -> type[psycopg.Cursor]:
        """A cursor that counts what it executes."""
        machine = self

        def strike(connection: psycopg.Connection) -> None:
            machine._strike({"killed": _kill, "connection lost": lambda: _cut(connection)})

        class counting(psycopg.Cursor):  # noqa: N801 - as the function that it stands in for
            def execute(self, statement: Any, *arguments: Any, **options: Any) -> Any:
                strike(self.connection)
                if current_thread().name == BESIDE:
                    if machine.at_lock.is_set():
                        machine.behind_lock.set()
                    if statement == statements.LOCK:
                        machine.at_lock.set()
                return super().execute(statement, *arguments, **options)

            def copy(self, statement: Any, *arguments: Any, **options: Any) -> Any:
                strike(self.connection)
                if "staged_movies" in str(statement):  # behind the lock of a load
                    machine._strike({"loaded twice": machine._load_beside})
                return super().copy(statement, *arguments, **options)

        return counting

    def _tear(self, write: Callable[[Path, bytes], None], target: Path, data: bytes) -> None:
        """Let a file come to half of its bytes, and look at what is there then."""
        before = target.read_bytes() if target.is_file() else None
        try:
            with no_file_larger_than(len(data) // 2):
                write(target, data)
        except OSError:
            now = target.read_bytes() if target.is_file() else None
            self.torn += [f"{self._clock.now():%Y-%m-%d}: {target.name} was left half-written"] * (now != before)


def _kill() -> None:
    raise Killed


def _fill() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _cut(connection: psycopg.Connection) -> None:
    with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
