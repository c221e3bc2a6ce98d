"""An Airflow of its own for one command: an empty home with SQLite, in which ``airflow dags test`` runs DAGs."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tmdb_pipeline.demo.airflow_commands import ENDED
from tmdb_pipeline.demo.keeper import Keeper
from tmdb_pipeline.observability.messages import Retry, TaskFailure
from tmdb_pipeline.settings import SettingsError

_STARTED = re.compile(r"\[DAG TEST\] starting task_id=(\S+)")
#: Airflow builds its API before the first task of a process: only from this line on does a task's own time run.
_RUNNING = re.compile(r"\] Task started\s")
_ENDED = re.compile(r"\[DAG TEST\] end task task_id=(\S+)")
#: A line of Airflow's console log: moment, level, message, logger, and keys that we do not need.
_LINE = re.compile(r"^\S+Z? \[(?P<level>\w+)\s*\] (?P<message>.*?)\s+\[(?P<logger>[\w.]+)\](?: \w+=|$)")
_OURS = "tmdb_pipeline."
#: Who says that a task has failed, for good or until its next try.
_NOTIFIERS = "tmdb_pipeline.orchestration.notifiers"

#: Both spellings are in use: some programs read only the one, some prefer the other.
_NO_PROXY = ("no_proxy", "NO_PROXY")

#: How often a task of any DAG is tried again: read by Airflow when it loads a DAG (a "cluster policy").
_POLICY = """\
def task_policy(task):
    task.retries = {retries}
"""


class CommandFailed(Exception):
    """A command of Airflow failed; the message says what it said and where its output lies.

    Attributes:
        causes: why, for each task that failed; empty if it was none of them.
        log: the whole output.
    """

    def __init__(self, message: str, causes: Mapping[str, str], log: Path) -> None:
        super().__init__(message)
        self.causes = causes
        self.log = log


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a person who waits may want to see.

    Attributes:
        kind: ``started``, ``running``, ``failed``, ``retry`` or ``ended`` for a task, or the level of a message of
            ours: ``info``, ``warning``, ``error``. A task that failed or will be tried again ends after it.
        text: the task's id (empty for ``running``, which is about the one started last), or the message.
        seconds: since the command began.
        cause: why a task failed.
        retry: its next try, if there is one.
    """

    kind: str
    text: str
    seconds: float
    cause: str = ""
    retry: Retry | None = None


@dataclass
class AirflowHome:
    """An Airflow home in an empty folder.

    Attributes:
        folder: the home; made by ``migrate``.
        dags: the DAG folder.
        settings: TMDB variables and Connections for the tasks; no others of the caller's environment reach them.
        logs: where the output of commands goes, a file for each.
        keeper: ends the process of the commands, also if it is left early.
        retries: how often a task is tried again; None leaves that to the DAGs.
    """

    folder: Path
    dags: Path
    settings: Mapping[str, str]
    logs: Path
    keeper: Keeper
    retries: int | None = None
    _environment: dict[str, str] = field(init=False, repr=False)
    _commands: subprocess.Popen[str] | None = field(init=False, repr=False, default=None)

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
        """Make the metadata database, and say how often tasks are tried again.

        Raises:
            CommandFailed: Airflow could not.
            SettingsError: no log can be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.retries is not None:
            policy = self.folder / "config" / "airflow_local_settings.py"
            policy.parent.mkdir()
            policy.write_text(_POLICY.format(retries=self.retries), encoding="utf-8")
        self._run("migrate", ["db", "migrate"], lambda _: None)

    def test(
        self,
        dag_id: str,
        logical_date: str,
        watch: Callable[[Event], None],
        conf: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """Run a DAG once, as ``airflow dags test`` does.

        Args:
            dag_id: which one.
            logical_date: ISO 8601 with zone.
            watch: is told what happens, as it happens.
            conf: params of the run that are not the DAG's own.

        Raises:
            CommandFailed: the run failed.
            SettingsError: no log can be written.
        """
        options = ["--conf", json.dumps(conf)] if conf else []
        self._run(dag_id, ["dags", "test", dag_id, logical_date, *options], watch)

    def _run(self, name: str, arguments: list[str], watch: Callable[[Event], None]) -> None:
        log = self.logs / f"{name}.log"
        begun = time.monotonic()
        causes: dict[str, str] = {}
        end = ""
        with self._open(log) as copy:
            if self._commands is None:
                module = ["tmdb_pipeline.demo.airflow_commands"]
                self._commands = self.keeper.start(module, env=self._environment, stdin=subprocess.PIPE)
            print(json.dumps(arguments), file=self._commands.stdin, flush=True)
            for line in self._commands.stdout or ():
                if line.startswith(ENDED):
                    end = line
                    break
                copy.write(line)
                if event := _event(line, time.monotonic() - begun):
                    if event.kind == "failed":
                        causes[event.text] = event.cause
                    watch(event)
        if end != f"{ENDED}0\n":
            raise CommandFailed(_message(causes) or f"airflow {' '.join(arguments)} failed: see {log}.", causes, log)

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


def _message(causes: Mapping[str, str]) -> str:
    """Which tasks failed and why, each cause once."""
    tasks: dict[str, list[str]] = {}
    for task, cause in causes.items():
        tasks.setdefault(cause, []).append(task)
    return " ".join(f"{' and '.join(failed)} failed: {cause}" for cause, failed in tasks.items())


def _event(line: str, seconds: float) -> Event | None:
    if found := _STARTED.search(line):
        return Event("started", found[1], seconds)
    if _RUNNING.search(line):
        return Event("running", "", seconds)
    if found := _ENDED.search(line):
        return Event("ended", found[1], seconds)
    if not (found := _LINE.match(line)) or not found["logger"].startswith(_OURS):
        return None
    level, message = found["level"], found["message"]
    failure = TaskFailure.parse(message) if found["logger"] == _NOTIFIERS else None
    if failure is None:
        return Event(level, message, seconds)
    if failure.retry is None:
        return Event("failed", failure.task_id, seconds, cause=failure.cause)
    return Event("retry", failure.task_id, seconds, cause=failure.cause, retry=failure.retry)
