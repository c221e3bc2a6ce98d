"""Docker's commands, and what they say when they fail in sentences that say what to do."""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tmdb_pipeline.ops.errors import Misused, NoEngine, NoRoom, NoStack, NotWell, OpsError, Unexplained

_GET_DOCKER = "install Docker 20.10 or newer with Compose 2.24 or newer, see docs/running.md"


class _Known(NamedTuple):
    """What Docker says, and what it means."""

    pattern: str
    error: type[OpsError]
    sentence: str
    """Filled with the groups of the pattern."""


#: The first that is found counts.
_KNOWN: tuple[_Known, ...] = (
    _Known(
        r"permission denied while trying to connect to|dial unix \S+: connect: permission denied",
        NoEngine,
        "This user may not use Docker: add it to the group with sudo usermod -aG docker $USER and sign in anew, or run "
        "this with sudo.",
    ),
    _Known(
        r"is not a docker command|unknown shorthand flag|unknown command: docker compose|docker: unknown command",
        NoEngine,
        f"Docker has no Compose here: {_GET_DOCKER}.",
    ),
    _Known(
        r"cannot connect to the docker daemon|error during connect|failed to connect to the docker api|"
        r"is the docker daemon running|dial tcp [^\n]*(?:refused|no such host|timeout)|dial unix [^\n]*no such file",
        NoEngine,
        "The Docker engine does not answer: start Docker Desktop, or run sudo systemctl start docker, then run this "
        "again.",
    ),
    _Known(
        r"no space left on device|not enough (?:free )?space|disk quota exceeded",
        NoRoom,
        "The disk of the Docker engine is full: make room, for instance with docker system prune, then run this again.",
    ),
    _Known(
        r"(?:bind for|listen tcp4?) \S*?:(\d+)[^\n]*?(?:port is already allocated|address already in use)",
        NotWell,
        "Port {0} is taken by another program: end that, or set another port in .env (AIRFLOW_PORT, FAKE_TMDB_PORT, "
        "GRAFANA_PORT or PROMETHEUS_PORT), then run tmdb-ops start again.",
    ),
    _Known(
        r"(?:required variable|variable) \"?(\w+)\"? is missing a value: ([^\n]*)",
        NoStack,
        "{0} is not set: {1}.",
    ),
    _Known(
        r"(?:pull access denied|failed to resolve source metadata|failed to do request|toomanyrequests|"
        r"manifest (?:for \S+ )?(?:unknown|not found)|lookup \S+[^\n]*no such host)",
        NotWell,
        "An image cannot be had, as no registry answers or none has it: see docs/running.md for mirrors, and for "
        "machines that reach no registry.",
    ),
    _Known(
        r"no such service: (\S+)",
        Misused,
        "There is no service {0} here: docs/running.md has them all, and --folder names another stack.",
    ),
    _Known(
        r"no configuration file provided|(?:open|stat) \S*compose\.ya?ml: no such file",
        NoStack,
        "There is no compose.yaml here: change to the folder of the project, or name it with --folder.",
    ),
)
#: Lines of Compose that only tell how far it is.
_PROGRESS = re.compile(r"^\s*(?:(?:container|network|volume|image|service) \S+ .*|\[\+\].*|#\d+ .*)$", re.IGNORECASE)
_SHOWN = 300


def run(
    arguments: Sequence[str],
    *,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
    timeout: float | None = None,
    given: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``docker``, with what it is given on standard input, and return how it ended, whatever that is.

    Raises:
        NoEngine: there is no such command.
        subprocess.TimeoutExpired: it took longer than ``timeout`` seconds.
    """
    try:
        return subprocess.run(  # noqa: S603 - Docker, by its own name
            ["docker", *arguments],  # noqa: S607 - where the user's shell finds it
            cwd=folder,
            env=_environment(environ),
            input=given or "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except FileNotFoundError:
        raise missing() from None


def begin(
    arguments: Sequence[str], *, folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Begin to run ``docker``; both of its outputs come by one pipe.

    Raises:
        NoEngine: there is no such command.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - as above
            ["docker", *arguments],  # noqa: S607 - as above
            cwd=folder,
            env=_environment(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError:
        raise missing() from None


def missing() -> NoEngine:
    """What is said where Docker is not installed."""
    return NoEngine(f"There is no command docker here: {_GET_DOCKER}.")


def explained(said: str, doing: str) -> OpsError:
    """What Docker said when it failed, as an error with a sentence that says what to do.

    Args:
        said: its output.
        doing: what was being done, for what nobody has named yet: ``The stack cannot be started``.
    """
    for pattern, kind, sentence in _KNOWN:
        if found := re.search(pattern, said, re.IGNORECASE):
            return kind(sentence.format(*found.groups()))
    lines = [line.strip() for line in said.splitlines() if line.strip() and not _PROGRESS.match(line)]
    last = lines[-1] if lines else "it said nothing"
    return Unexplained(f"{doing}: Docker says {last[:_SHOWN].rstrip('.')}. Mend that, then run this again.")


def _environment(environ: Mapping[str, str] | None) -> dict[str, str]:
    """The environment, in which Compose neither colours nor speaks another language."""
    return {**(os.environ if environ is None else environ), "COMPOSE_ANSI": "never", "LC_ALL": "C.UTF-8"}
