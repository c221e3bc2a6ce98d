"""Backups of a stack of containers: what ``tmdb-ops`` has its service ``backup`` do, and what it stops meanwhile.

The work is done in a container of the stack, by ``deploy/backup.py``: there are the data, the databases, and programs
of the very version of Postgres. The backups lie in a folder of this machine, which outlives every volume.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from tmdb_pipeline.ops.backup.archives.shelf import Shelf
from tmdb_pipeline.ops.compose import docker
from tmdb_pipeline.ops.compose.stack import Stack
from tmdb_pipeline.ops.errors import OpsError, Status

#: Names the folder of backups, in ``.env``.
FOLDER: Final = "BACKUPS"
_SCRIPT: Final = "/opt/tmdb/deploy/backup.py"


class Answer(msgspec.Struct, frozen=True):
    """What the container prints when it could not."""

    error: str = ""
    status: int = 0


def shelf(stack: Stack) -> Shelf:
    """Where the backups of a stack lie."""
    return Shelf(stack.path / Path(stack.settings.get(FOLDER) or "backups").expanduser())


def make_folder(folder: Path) -> None:
    """Make the folder of backups where it is not there, such that the container can write it. Raises OSError."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o770)  # whatever the umask: in the container, its user is of the group 0


def do(stack: Stack, folder: Path, *arguments: str) -> dict[str, Any]:
    """Run the service ``backup`` once, over a folder of backups; what it answers.

    Raises:
        OpsError: it could not do it, or not be run.
    """
    make_folder(folder)
    run = ["compose", "--profile=backup", "run", "--rm", "--no-deps", "-T", "backup", _SCRIPT, *arguments]
    ended = docker.run(run, folder=stack.path, environ={**os.environ, **stack.more, FOLDER: str(folder)})
    try:
        document: dict[str, Any] = msgspec.json.decode(ended.stdout.strip().rpartition("\n")[2], type=dict[str, Any])
    except msgspec.DecodeError:
        raise docker.explained(ended.stderr, "The service backup cannot be run") from None
    answer = msgspec.convert(document, Answer)
    if answer.error:
        failed = OpsError(answer.error)
        failed.status = Status(answer.status)
        raise failed
    return document


def restore(stack: Stack, folder: Path, arguments: Sequence[str]) -> dict[str, Any]:
    """Have the service ``backup`` restore, with all else but Postgres stopped; what it answers.

    What ran before runs again afterwards, however it ended: on the old or on the new.

    Raises:
        OpsError: it could not do it, or a service cannot be stopped or started.
    """
    containers = stack.containers()
    running = [one for one in containers if one.state == "running" and one.service != "postgres"]
    services, names = sorted({one.service for one in running}), sorted(one.name for one in running)
    if not any(one.service == "postgres" and one.state == "running" for one in containers):
        stack.compose("up", "--detach", "--wait", "postgres", doing="Postgres cannot be started")
    if not any(one.service == "init" for one in containers):  # its volumes may be new: it makes databases and roles
        stack.compose("run", "--rm", "-T", "init", doing="The databases of the stack cannot be made")
    if running:
        stack.compose("--profile=*", "stop", *services, doing="The services of the stack cannot be stopped")
    try:
        done = do(stack, folder, *arguments)
    except BaseException:
        with suppress(OpsError):  # why it could not be restored is said, and status says what does not run
            _start_again(stack, names)
        raise
    _start_again(stack, names)
    return done


def _start_again(stack: Stack, names: Sequence[str]) -> None:
    """Start the containers that ran before, those of other profiles too, once ``init`` has had its turn."""
    if names:
        stack.compose("up", "--detach", "--wait", doing="The stack cannot be started again")
        ended = docker.run(["start", *names])
        if ended.returncode != 0:
            raise docker.explained(ended.stderr, "A service cannot be started again")
