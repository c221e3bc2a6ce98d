"""Airflow by its command line: homes of its own, and commands that end with the test that started them."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import airflow_env
import psutil
from e2e.patience import PATIENCE, wait_for

#: Before a command that runs Airflow: without coverage it takes half of the time, and ours is measured in-process.
UNMEASURED = ("env", "--unset=MEASURED_CONFIG")
#: Airflow's command, and ours, which starts Airflow's.
AIRFLOW = (*UNMEASURED, sys.executable, "-m", "airflow")
OURS = (*UNMEASURED, sys.executable, "-m", "tmdb_pipeline")


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module, measured by probes where this session is: for what only Airflow runs of ours."""
    measured = ["tests/measured"] if "MEASURED_CONFIG" in os.environ else []
    return [*UNMEASURED, sys.executable, *measured, "-m", name, *arguments]


def session_of_tests(*arguments: str) -> list[str]:
    """The command of a pytest session, measured by probes where this one is."""
    how = ["tests/measured"] if "MEASURED_CONFIG" in os.environ else ["-m", "pytest"]
    return [*UNMEASURED, sys.executable, *how, *arguments]


class Command:
    """A running command in a session of its own, its output in a file. Leaving ``with`` ends it if it still runs."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], output: Path, **options) -> None:
        output.parent.mkdir(parents=True, exist_ok=True)
        self._output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                arguments,
                env=dict(environment),
                cwd=airflow_env.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **options,
            )

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return self._output.read_text(errors="replace")

    def wait_for(self, ready, what: str) -> None:
        """Return once something comes true while it runs; an AssertionError with its output if it ends first."""
        wait_for(lambda: ready() or self.process.poll() is not None, what)
        assert ready(), self.output

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(PATIENCE)
        assert self.process.poll() is not None, f"It has not ended. It has printed: {self.output}"
        return self.process.returncode

    def kill(self) -> None:
        """End it, its children and their jobs as a machine that runs out of memory does."""
        for process in psutil.process_iter():
            with suppress(ProcessLookupError):
                if os.getsid(process.pid) == self.process.pid:
                    os.kill(process.pid, signal.SIGKILL)
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or self.process.poll() is None:  # pragma: no cover - only where a test fails
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(60)  # a session of tests takes down what it has started
            self.kill()


class AirflowHome:
    """A folder for Airflow, the environment in which it works there, and where its tasks collect from and to."""

    def __init__(
        self, folder: Path, server, *, database: str = "", migrated: Path | None = None, **variables: str
    ) -> None:
        """With metadata at ``database``, or in SQLite: a copy of that of a migrated home, or none yet."""
        self.folder = folder / "airflow"
        self.lake = folder / "lake"
        self.folder.mkdir(parents=True)
        if migrated is not None:
            shutil.copy(migrated / "airflow.db", self.folder)
        self.environment = airflow_env.clean(os.environ) | {
            "HOME": str(folder),
            "AIRFLOW_HOME": str(self.folder),
            "AIRFLOW__CORE__DAGS_FOLDER": str(airflow_env.DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database or f"sqlite:///{self.folder}/airflow.db",
            "TMDB_BASE_URL": server.url,
            "TMDB_READ_TOKEN": server.fake.read_token,
            "TMDB_DATA_ROOT": str(self.lake),
            **variables,
        }
        self._commands = 0

    def start(self, *arguments: str, **options) -> Command:
        """Start ``airflow`` with arguments."""
        return self.run([*AIRFLOW, *arguments], **options)

    def run(self, arguments: list[str], **options) -> Command:
        """Start any command in this environment."""
        self._commands += 1
        return Command(arguments, self.environment, self.folder.parent / f"output-{self._commands}", **options)
