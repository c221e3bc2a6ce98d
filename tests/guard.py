"""What a unit test must not do: sleep long in real time, or write outside the temporary folder."""

import os
import sys
import tempfile
import time
from pathlib import Path

LONGEST_SLEEP = 0.2
"""Seconds of real time."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ALLOWED = (Path(tempfile.gettempdir()).resolve(), Path("/dev"), Path("/proc"))


class Guard:
    """Remembers what was done against the rules. Once started it watches for as long as the process lives."""

    def __init__(self) -> None:
        self._seen: list[str] = []
        self._sleep = time.sleep

    def start(self) -> None:
        """Begin to watch; there is no end, since Python does not let go of an audit hook."""
        sys.addaudithook(self.audit)
        time.sleep = self.sleep

    def seen(self) -> list[str]:
        """What was seen since the last time."""
        seen, self._seen = self._seen, []
        return seen

    def sleep(self, seconds: float) -> None:
        """Sleep, and take note when it is long; audit hooks are told of sleeps only from Python 3.13 on."""
        if seconds > LONGEST_SLEEP:
            self._seen.append(f"sleeps {seconds} s")
        self._sleep(seconds)

    def audit(self, event: str, args: tuple) -> None:
        """Take note of a file that is opened for writing; Python calls this for everything that it audits."""
        if event == "open" and args[2] & _WRITING and isinstance(args[0], str | bytes | os.PathLike):
            path = Path(os.fsdecode(args[0])).absolute()
            if "__pycache__" not in path.parts and not any(path.is_relative_to(root) for root in _ALLOWED):
                self._seen.append(f"writes {path}")
