"""An Airflow of its own for one command: an empty home with SQLite, in which ``airflow dags test`` runs a DAG."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from tmdb_pipeline.settings import SettingsError

_STARTED = re.compile(r"\[DAG TEST\] starting task_id=(\S+)")
#: Airflow builds its API before the first task of a process: only from this line on does a task's own time run.
_RUNNING = re.compile(r"\] Task started\s")
_ENDED = re.compile(r"\[DAG TEST\] end task task_id=(\S+)")
#: A line of Airflow's console log: moment, level, message, logger, and keys that we do not need.
_LINE = re.compile(r"^\S+Z? \[(?P<level>\w+)\s*\] (?P<message>.*?)\s+\[(?P<logger>[\w.]+)\](?: \w+=|$)")
_OURS = "tmdb_pipeline."

#: Both spellings are in use: some programs read only the one, some prefer the other.
_NO_PROXY = ("no_proxy", "NO_PROXY")

#: Seconds that a command gets to end by itself once it was asked to.
_GRACE = 10


class CommandFailed(Exception):
    """A command of Airflow failed; the message says what it said and where its output lies."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who waits may want to see.

    Attributes:
        kind: ``started``, ``running`` or ``ended`` for a task, or the level of a message of ours: ``info``,
            ``warning``, ``error``.
        text: the task's id (empty for ``running``, which is about the one started last), or the message.
        seconds: since the command began.
    """

    kind: str
    text: str
    seconds: float


@dataclass
class AirflowHome:
    """An Airflow home in an empty folder.

    Attributes:
        folder: the home; made by ``migrate``.
        dags: the DAG folder.
        settings: TMDB variables for the tasks; no others of the caller's environment reach them.
        logs: where the output of commands goes, a file for each.
    """

    folder: Path
    dags: Path
    settings: Mapping[str, str]
    logs: Path
    _environment: dict[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compose the environment: the caller's, without its own Airflow and TMDB."""
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "TMDB_", "_AIRFLOW"))
        }
        self._environment = inherited | {
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.dags),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
            **dict.fromkeys(_NO_PROXY, _direct_hosts(os.environ)),
            "COLUMNS": "400",
            "NO_COLOR": "1",
            "PYTHONUNBUFFERED": "1",
            **self.settings,
        }

    def migrate(self) -> None:
        """Make the metadata database.

        Raises:
            CommandFailed: Airflow could not.
            SettingsError: no log can be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._run("migrate", ["db", "migrate"], lambda _: None)

    def test(self, dag_id: str, logical_date: str, watch: Callable[[Event], None]) -> None:
        """Run a DAG once, in one process, as ``airflow dags test`` does.

        Args:
            dag_id: which one.
            logical_date: ISO 8601 with zone.
            watch: is told what happens, as it happens.

        Raises:
            CommandFailed: the run failed.
            SettingsError: no log can be written.
        """
        self._run(dag_id, ["dags", "test", dag_id, logical_date], watch)

    def _run(self, name: str, arguments: list[str], watch: Callable[[Event], None]) -> None:
        log = self.logs / f"{name}.log"
        begun = time.monotonic()
        failure = ""
        with self._open(log) as copy, _Command(arguments, self._environment) as command:
            for line in command.output:
                copy.write(line)
                if event := _event(line, time.monotonic() - begun):
                    watch(event)
                    failure = event.text if event.kind == "error" else failure
        if command.status:
            raise CommandFailed(failure or f"airflow {' '.join(arguments)} failed: see {log}.")

    def _open(self, log: Path) -> IO[str]:
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            return log.open("w", encoding="utf-8")
        except OSError as error:
            raise SettingsError(
                f"No log can be written to {self.logs}: {error.strerror}. Choose another folder with --out."
            ) from error


def _direct_hosts(environ: Mapping[str, str]) -> str:
    """Hosts to reach without a proxy: those of the caller, in either spelling, and this machine."""
    hosts = [environ[name] for name in _NO_PROXY if environ.get(name)]
    return "*" if "*" in hosts else ",".join([*hosts, "127.0.0.1"])  # the asterisk means all only where it is alone


class _Command:
    """A running command whose output is read line by line; interrupted, and in the end killed, if left early."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed arguments
            [sys.executable, "-m", "airflow", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=dict(environment),
            start_new_session=True,
        )

    @property
    def output(self) -> IO[str]:
        """The lines that it prints, as they come."""
        if self._process.stdout is None:  # pragma: no cover - it was asked for
            raise RuntimeError("no output")
        return self._process.stdout

    @property
    def status(self) -> int:
        """The exit status, once it has ended."""
        return self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._signal(signal.SIGINT)  # the task runner swallows SIGTERM
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(_GRACE)
            self._signal(signal.SIGKILL)
        self.output.close()
        self._process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # nothing of it is left
            os.killpg(self._process.pid, number)


def _event(line: str, seconds: float) -> Event | None:
    if found := _STARTED.search(line):
        return Event("started", found[1], seconds)
    if _RUNNING.search(line):
        return Event("running", "", seconds)
    if found := _ENDED.search(line):
        return Event("ended", found[1], seconds)
    if (found := _LINE.match(line)) and found["logger"].startswith(_OURS):
        return Event(found["level"], found["message"], seconds)
    return None
