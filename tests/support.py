"""What tests of several folders share."""

import resource
import socket
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from hypothesis import settings


def free_port():
    """A port of loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def command_lines():
    """The command lines of all processes on this machine, as ``ps`` would show them, a line each."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # pragma: no cover - it has just ended
            continue
    return "\n".join(found)


def wait_for(ask, what: str, *, seconds: float = 5, pause: float = 0.01):
    """The first true answer to a question about other threads or processes.

    An AssertionError that says what was awaited, and the last answer, when there is none in time.
    """
    end = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < end, f"After {seconds:g} s, still not: {what}. The last answer was {answer!r}."
        time.sleep(pause)
    return answer


@contextmanager
def no_file_larger_than(size):
    """Refuse to let this process write beyond so many bytes of a file, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


class HeldClock:
    """A clock that stands still until somebody sleeps on it: then it moves by just that, and remembers it."""

    def __init__(self, start: datetime = datetime(2024, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = Lock()
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self._elapsed

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._elapsed)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._elapsed += seconds

    def stop(self) -> None:
        """Nobody really sleeps on this clock, so there is nobody to wake."""

    advance = sleep


def examples(number: int) -> settings:
    """Hypothesis settings for a dear test: this many examples in the gate, and so many times more when exploring."""
    return settings(max_examples=max(1, number * settings().max_examples // 100))
