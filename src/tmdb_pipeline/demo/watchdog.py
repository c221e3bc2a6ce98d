"""Ends what a command has started once the command is gone, even if it was killed. Runs as a process of its own.

It reads from a pipe that only the command holds, a JSON array a line: ``["group", ID]`` and ``["folder", PATH]`` for
what has been started and made, ``["ended", ID]`` for what is over. The system closes the pipe when the command ends,
however it ends; then the process groups that are left are ended and the folders removed. It imports nothing but the
standard library, so that it is there within a few milliseconds.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

#: Seconds that a process group gets to end by itself once it was asked to.
GRACE = 1.5
_PAUSE = 0.02


def watch(lines: Iterable[bytes]) -> None:
    """Read until the command is gone, then end what it has left."""
    groups: set[int] = set()
    folders: list[str] = []
    for line in lines:
        what, value = json.loads(line)
        if what == "group":
            groups.add(value)
        elif what == "ended":
            groups.discard(value)
        else:
            folders.append(value)
    end(groups)
    remove(folders)


def end(groups: Iterable[int], *, grace: float | None = None, reap: Callable[[], object] = lambda: None) -> None:
    """Interrupt process groups, and kill those that have not ended in time.

    Args:
        groups: their ids.
        grace: seconds that they get, or GRACE.
        reap: is called again and again, to take leave of children of this process that have ended.
    """
    left = set(groups)
    for number in (signal.SIGINT, signal.SIGKILL):  # Airflow's task runner swallows SIGTERM
        for group in left:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(group, number)
        deadline = time.monotonic() + (GRACE if grace is None else grace)
        while left and time.monotonic() < deadline:
            reap()
            left = {group for group in left if _is_there(group)}
            time.sleep(_PAUSE if left else 0)


def remove(folders: Iterable[str]) -> None:
    """Remove folders with all that is in them."""
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _is_there(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):  # the second where only a process that has ended is left, on macOS
        return False
    return True


if __name__ == "__main__":  # pragma: no cover - without site-packages, where coverage is
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_IGN)
    watch(sys.stdin.buffer)
