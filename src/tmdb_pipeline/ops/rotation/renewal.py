"""The services with other secrets: what uses the old ones ends in order, then all is made anew.

Compose puts secrets into a container when it makes it. So whatever happens to who runs this, a container has the old
secrets or the new ones, and the next run of it completes what is missing.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tmdb_pipeline.clock import Clock
from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.doctor.finding import Finding, Verdict
from tmdb_pipeline.ops.errors import Misused, NotWell
from tmdb_pipeline.ops.overview import INSIDE
from tmdb_pipeline.ops.rotation import env_file, fresh

#: What goes on while the others are stopped.
_KEPT: Final = frozenset({"postgres", "redis", "fake-tmdb"})
#: Who takes up tasks that the scheduler has queued, with --profile celery.
_WORKER: Final = "worker"
_UNDER_WAY: Final = "SELECT count(*) FROM task_instance WHERE state IN ('queued', 'running', 'restarting')"
_PSQL: Final = ("psql", "--username=airflow", "--dbname=airflow", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--quiet")
#: Seconds between two looks at tasks, and that re-encrypting may take.
_BETWEEN, _ENCRYPTING = 2.0, 600.0

Say = Callable[[str], None]


class Renewal:
    """A rotation of a stack that runs.

    Args:
        stack: which; its lock is held.
        seconds: how long tasks under way may take to end.
        clock: for the waits.
        say: told how far it is, in sentences without secrets.
    """

    def __init__(self, stack: Stack, seconds: int, clock: Clock, say: Say) -> None:
        self._stack = stack
        self._seconds = seconds
        self._clock = clock
        self._say = say
        self._there = {one.service: one.state for one in stack.containers()}
        if self._there.get("postgres") != "running":
            raise NotWell("The stack is not running: start it with tmdb-ops start, then run this again.")

    def values(self, values: Mapping[str, str]) -> None:
        """Put other values of settings into ``.env`` and into the services. Raises OpsError."""
        file = file_of(self._stack, values)
        self._drain()
        env_file.replace(file, values)
        self._make_anew()

    def passwords(self) -> Sequence[str]:
        """New passwords of the databases; the names of their settings.

        Raises:
            OpsError: it cannot be done.
        """
        values = {name: make() for name, make in fresh.PASSWORDS.items()}
        file = file_of(self._stack, values)
        self._drain()
        env_file.replace(file, values)
        # By the socket in the container, where no password is asked: so it does not matter which one is known there.
        self._psql("--single-transaction", given=fresh.statements(values))
        self._make_anew()
        return list(values)

    def fernet(self) -> None:
        """Another Fernet key: all that the old one has encrypted is encrypted anew, and can be read all the time.

        One that was interrupted, whose two keys are still in ``.env``, is completed.

        Raises:
            OpsError: it cannot be done.
        """
        file = file_of(self._stack, ["FERNET_KEY"])
        known = self._stack.settings.get("FERNET_KEY", "")
        both = known if "," in known else f"{fresh.fernet_key()},{known}"
        self._drain()
        env_file.replace(file, {"FERNET_KEY": both})
        self._make_anew()
        self._say("Connections and Variables are encrypted anew.")
        self._stack.inside("scheduler", "airflow", "rotate-fernet-key", timeout=_ENCRYPTING)
        self._drain()
        env_file.replace(file, {"FERNET_KEY": both.partition(",")[0]})
        self._make_anew()

    def _drain(self) -> None:
        """Let tasks under way end and begin no others; then stop what uses secrets."""
        self._say(f"Tasks under way are given {self._seconds} s to end; no others begin.")
        self._stop("scheduler")
        if _WORKER in self._there:
            until = self._clock.monotonic() + self._seconds
            while self._under_way() and self._clock.monotonic() < until:
                self._clock.sleep(_BETWEEN)
            self._stop(_WORKER)
        self._stop(*sorted(self._there.keys() - _KEPT - {"scheduler", _WORKER}))

    def _stop(self, *services: str) -> None:
        wait = f"--timeout={self._seconds}"
        self._stack.compose("--profile=*", "stop", wait, *services, doing="The services cannot be stopped")

    def _under_way(self) -> int:
        return int(self._psql("--tuples-only", "--no-align", given=f"{_UNDER_WAY};\n").strip() or 0)

    def _psql(self, *options: str, given: str) -> str:
        ended = self._stack.composed("exec", "-T", "postgres", *_PSQL, *options, "--file=-", given=given)
        if ended.returncode != 0:
            raise docker.explained(ended.stderr, "Postgres cannot do it")
        return ended.stdout

    def _make_anew(self) -> None:
        """Every service of the profiles that are there, with what ``.env`` says now."""
        self._say("The services are made anew.")
        declared = self._stack.whole.services
        profiles = sorted({name for one in self._there if one in declared for name in declared[one].profiles})
        named = [f"--profile={name}" for name in profiles]
        up = ("up", "--detach", "--wait", "--force-recreate")
        self._stack.compose(*named, *up, doing="The services do not start with the new secrets")


def file_of(stack: Stack, names: Mapping[str, str] | Sequence[str]) -> Path:
    """The file that says what these settings are.

    Raises:
        Misused: the environment does, or several files.
    """
    for name in names:
        if name in os.environ:
            raise Misused(
                f"{name} is set in this environment, where it wins over .env: unset it there, then run this again."
            )
    files = stack.folder.files
    if len(files) != 1:
        raise Misused("COMPOSE_ENV_FILES names several files: name one, which has the secrets, then run this again.")
    return files[0]


def require_accepted(stack: Stack, key: str) -> None:
    """Have TMDB asked whether it takes a key, from where the tasks run.

    Raises:
        OpsError: it does not, or cannot be asked.
    """
    told = stack.inside("scheduler", *INSIDE, "key", given=key)
    found = msgspec.json.decode(told, type=Finding)
    if found.verdict is not Verdict.OK:
        raise Misused(f"The key in use stays. {found.said}")
