"""A process for each file, so that one which exits, hangs, dies or eats memory costs only itself."""

import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, NoReturn

#: Seconds beyond its limit before a file is killed: Airflow's own limit tells the line, so it goes first.
GRACE = 3
_CHUNK = 1 << 20


class Ended(NamedTuple):
    """What came of a child."""

    said: bytes
    #: How it ended, where it did not end well.
    how: str
    #: Most memory that it held.
    megabytes: float


def run(work: Callable[[], bytes], *, seconds: float, megabytes: float) -> Ended:
    """Do some work in a child process and bring back what it says; kill it and what it started if it takes too long."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork() or _be_child(work, reading, writing, megabytes)
    os.close(writing)
    try:
        said, late = _read(reading, time.monotonic() + seconds + GRACE)
        _let_end(child, time.monotonic() + GRACE * bool(said))
    finally:
        os.close(reading)
        _kill(child)
        _, status, usage = os.wait4(child, 0)
    held = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    if late:
        return Ended(b"", f"took longer than {seconds:g} seconds and was ended", held)
    return Ended(said, _how(status) if not said else "", held)


def _be_child(work: Callable[[], bytes], reading: int, writing: int, megabytes: float) -> NoReturn:
    status = 1
    try:
        os.close(reading)
        os.setpgid(0, 0)
        limit = int(megabytes * 1024 * 1024)
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
        said = work()
        with os.fdopen(writing, "wb") as stream:
            stream.write(said)
        status = 0
    finally:
        os._exit(status)


def _read(reading: int, until: float) -> tuple[bytes, bool]:
    said = b""
    while (left := until - time.monotonic()) > 0:
        if select.select([reading], [], [], left)[0]:
            chunk = os.read(reading, _CHUNK)
            if not chunk:
                return said, False
            said += chunk
    return said, True


def _let_end(child: int, until: float) -> None:
    """Wait for one that has said all, which may have things to put away."""
    while not os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG) and time.monotonic() < until:
        time.sleep(0.002)


def _kill(child: int) -> None:
    """The child, if it has not ended, and whatever it left behind."""
    for kill in (os.killpg, os.kill):
        with suppress(OSError):  # it is gone, or has not come far enough to have a group
            kill(child, signal.SIGKILL)


def _how(status: int) -> str:
    code = os.waitstatus_to_exitcode(status)
    return f"ended the process with code {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"
