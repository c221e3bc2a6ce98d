"""Who owns what these tests start, and how the remains of runs that are dead are swept away.

Everything in Docker carries ``labels()``, and a folder its owner in its name. A run that was killed cannot clean up
behind itself, so the next one does; runs that are alive are left alone.
"""

import os
import platform
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import psutil

#: The label that all that is ours in Docker carries; its value names the run.
LABEL = "tmdb-pipeline.e2e"
#: Seconds by which the start of one process may be told differently: clocks are set.
_TOLERANCE = 10


@cache  # the start of a process is reckoned from a clock that may be set
def owner() -> str:
    """This process, so that another can tell whether it still lives: machine, number, and when it began."""
    return f"{platform.node()}/{os.getpid()}/{psutil.Process().create_time():.0f}"


def is_alive(named: str) -> bool:
    """Whether the process that ``owner`` named still lives. One of another machine counts as alive: who knows."""
    machine, number, began = named.split("/")
    if machine != platform.node():
        return True
    try:
        return abs(psutil.Process(int(number)).create_time() - float(began)) < _TOLERANCE
    except psutil.NoSuchProcess:
        return False


def labels() -> dict[str, str]:
    """The labels for containers, networks and volumes of this run."""
    return {LABEL: owner()}


def belongings(engine) -> list[tuple[Any, str]]:
    """All that carries our label in Docker, containers first, each with its owner; nothing where no engine answers."""
    if engine is None:  # pragma: no cover - on a machine without Docker, which the gate's are not
        return []
    wanted = {"label": LABEL}
    containers = engine.containers.list(all=True, filters=wanted, ignore_removed=True)
    others = [*engine.networks.list(filters=wanted), *engine.volumes.list(filters=wanted)]
    images = engine.images.list(filters=wanted)
    return [
        *((found, found.labels[LABEL]) for found in containers),
        *((found, found.attrs["Labels"][LABEL]) for found in others),
        *((found, found.labels[LABEL]) for found in images),
    ]


def sweep(engine, *, mine: bool = False) -> None:
    """Remove from Docker what belongs to dead runs, or with ``mine`` what belongs to this one."""
    from docker.errors import APIError
    from docker.models.containers import Container
    from docker.models.images import Image

    options = {Container: {"force": True, "v": True}, Image: {"force": True}}
    for found, named in belongings(engine):
        if named == owner() if mine else not is_alive(named):
            with suppress(APIError):  # gone, or going: two runs sweep at once
                found.remove(**options.get(type(found), {}))


def processes_with(marker: str | Path) -> list[str]:
    """The command lines of the processes, other than this one, that have a text in their arguments or environment."""
    wanted, found = os.fsencode(str(marker)), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            arguments = (process / "cmdline").read_bytes()
            if process.name != str(os.getpid()) and wanted in arguments + (process / "environ").read_bytes():
                found.append(arguments.replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # pragma: no cover - it has just ended, or is another user's
            continue
    return found
