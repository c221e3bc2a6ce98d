"""What a unit test must not do: sleep long in real time, or write outside the temporary folder."""

import os
import sys
import tempfile
import time
from pathlib import Path

LONGEST_SLEEP = 0.2
"""Seconds of real time."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: What changes the disk besides opening a file (https://docs.python.org/3/library/audit_events.html), and which of the
#: arguments are the paths that it changes.
_CHANGES = {
    **dict.fromkeys(("os.chmod", "os.chown", "os.mkdir", "os.remove", "os.rmdir", "os.utime"), slice(1)),
    **dict.fromkeys(("os.link", "os.symlink"), slice(1, 2)),
    "os.rename": slice(2),
}
#: The same, but for changes that are never relative to an open folder.
_IN_PLACE = {"os.truncate", "os.setxattr", "os.removexattr"}
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
        """Take note of what is written, made, moved or removed; Python calls this for everything that it audits."""
        if (event == "open" and args[2] & _WRITING) or event in _IN_PLACE:
            self._changes(args[0])
        elif event in _CHANGES and args[-1] == -1:  # else the name is relative to an open folder, as rmtree does it
            for path in args[_CHANGES[event]]:
                self._changes(path)

    def _changes(self, name: object) -> None:
        """Take note of a path outside of the temporary folder; one that is a descriptor has been opened before."""
        if isinstance(name, str | bytes | os.PathLike):
            path = Path(os.fsdecode(name)).absolute()
            if "__pycache__" not in path.parts and not any(path.is_relative_to(root) for root in _ALLOWED):
                self._seen.append(f"writes {path}")
