"""Work done in a child of this process, which has imported already what the work needs."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from tempfile import TemporaryFile

_PAUSE = 0.005


def in_child(work: Callable[[], bytes], seconds: float) -> bytes | None:
    """What the work gives, done in a fork of this process and in silence; None if it died or was not done in time.

    Whatever the child has started is ended with it.
    """
    with TemporaryFile() as answer:
        child = os.fork()
        if child == 0:  # pragma: no cover - the child leaves no coverage behind
            try:
                os.setpgid(0, 0)
                silence = os.open(os.devnull, os.O_RDWR)
                for stream in (0, 1, 2):
                    os.dup2(silence, stream)
                answer.write(work())
                answer.flush()
                os._exit(0)
            finally:
                os._exit(1)
        try:
            status = _wait(child, time.monotonic() + seconds)
        finally:  # of Ctrl-C, too
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child, signal.SIGKILL)
        answer.seek(0)
        return answer.read() if status == 0 else None


def _wait(child: int, end: float) -> int | None:
    """The exit status of a child; None when it had to be ended."""
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(_PAUSE)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None
