"""What a command starts and makes for itself ends with it: processes and temporary folders."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from tmdb_pipeline.demo import watchdog
from tmdb_pipeline.interrupts import held


class NotStarted(Exception):
    """A process that a command needs did not start; the message says why."""


class Keeper:
    """Starts processes and makes folders that do not outlive the ``with`` block.

    Each process is the leader of a session of its own, since what a terminal sends to the whole group is for the
    command alone. So that nothing is left even if this process is killed, a watchdog knows all of it.
    """

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self._folders: list[str] = []

    def __enter__(self) -> Self:
        """Start the watchdog."""
        with held():
            reading, self._pipe = os.pipe()  # which no other process inherits
            self._watchdog = subprocess.Popen(  # noqa: S603 - our own interpreter and file
                [sys.executable, "-I", "-S", watchdog.__file__],
                stdin=reading,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            os.close(reading)
        return self

    def __exit__(self, *_: object) -> None:
        """End and remove what is left."""
        with held():
            self.end(*self._processes)
            watchdog.remove(self._folders)
            os.close(self._pipe)
            self._watchdog.wait()

    def start(
        self,
        arguments: Iterable[str],
        *,
        program: Sequence[str] = (sys.executable, "-m"),
        env: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
        stderr: int = subprocess.STDOUT,
    ) -> subprocess.Popen[str]:
        """Start a module of this interpreter, or another program, its output a pipe of text."""
        with held():
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, or what we have installed
                [*program, *arguments],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                encoding="utf-8",
                errors="replace",
                env=env,
                start_new_session=True,
            )
            self._processes.append(process)
            self._tell("group", process.pid)
        return process

    def end(self, *processes: subprocess.Popen[str]) -> None:
        """End processes of ours and what they have started: asked to, and killed if they do not listen."""
        watchdog.end([process.pid for process in processes], reap=lambda: [process.poll() for process in processes])
        for process in processes:
            process.wait()
            for pipe in filter(None, (process.stdin, process.stdout, process.stderr)):
                with suppress(BrokenPipeError):  # what it was sent and has not read any more
                    pipe.close()
            self._tell("ended", process.pid)
        self._processes = [process for process in self._processes if process not in processes]

    def folder(self, prefix: str, parent: Path | None = None) -> Path:
        """Make an empty folder whose name begins like this, among the temporary ones or in a parent."""
        with held():
            folder = tempfile.mkdtemp(prefix=prefix, dir=parent)
            self._folders.append(folder)
            self._tell("folder", folder)
        return Path(folder)

    def _tell(self, *news: Any) -> None:
        with suppress(BrokenPipeError):  # somebody has killed the watchdog; this process still does its part
            os.write(self._pipe, json.dumps(news).encode() + b"\n")
