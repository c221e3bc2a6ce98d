"""A step in a process of its own, which is killed at some moment, as ``kill -9`` kills."""

import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple

import orjson

from fake_tmdb import Journal
from fake_tmdb.http.journal import Call


class Ended(NamedTuple):
    """What is known of a process that has ended: whether it had done its work, and what it had asked for."""

    was_done: bool
    asked: list[Call]


class Reporter:
    """In a child, tells its parent of each request, before the response is used."""

    def __init__(self, journal: Journal) -> None:
        """Nobody listens yet."""
        self._journal = journal
        self._to: int | None = None
        self._told = 0

    def __call__(self) -> None:
        """Tell of the requests since the last time."""
        if self._to is not None:  # pragma: no cover - in the child alone, which leaves nothing that could be measured
            calls = self._journal.calls("*")
            os.write(self._to, b"".join(orjson.dumps([*call]) + b"\n" for call in calls[self._told :]))
            self._told = len(calls)

    def killed_after(self, seconds: float, work: Callable[[], object]) -> Ended:
        """Let a child work for so long at most. Whatever it holds in memory is gone with it."""
        reading, self._to = os.pipe()
        child = os.fork()
        if not child:  # pragma: no cover - as above
            try:
                work()
                os.write(self._to, b"done\n")
            finally:
                os._exit(0)
        os.close(self._to)
        self._to = None
        with os.fdopen(reading, "rb") as pipe:
            ends = time.monotonic() + seconds
            while time.monotonic() < ends and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                time.sleep(0.002)
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            *lines, _ = pipe.read().split(b"\n")
        was_done = lines[-1:] == [b"done"]
        return Ended(was_done, [Call(*orjson.loads(line)) for line in (lines[:-1] if was_done else lines)])
