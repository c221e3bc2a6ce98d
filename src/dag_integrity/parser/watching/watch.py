"""What a DAG file reaches for while it is parsed. Nothing of it is let through, so linting a folder changes nothing."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dag_integrity.facts import Reach
from dag_integrity.parser.places import OURS, STANDARD, frames, own_place

#: Audit events (https://docs.python.org/3/library/audit_events.html) and what they are evidence of.
KINDS = {
    "socket.connect": "network",
    "socket.getaddrinfo": "network",
    "socket.gethostbyaddr": "network",
    "socket.gethostbyname": "network",
    "socket.getnameinfo": "network",
    "socket.sendmsg": "network",
    "socket.sendto": "network",
    "sqlite3.connect": "database",
    "subprocess.Popen": "process",
    "os.system": "process",
    "os.exec": "process",
    "os.fork": "process",
    "os.forkpty": "process",
    "os.posix_spawn": "process",
    "os.chmod": "file",
    "os.chown": "file",
    "os.link": "file",
    "os.mkdir": "file",
    "os.remove": "file",
    "os.removexattr": "file",
    "os.rename": "file",
    "os.rmdir": "file",
    "os.setxattr": "file",
    "os.symlink": "file",
    "os.truncate": "file",
    "os.utime": "file",
}
#: How many folders the event tells beside its paths: a path may be relative to an open folder.
PATHS = {"os.link": 2, "os.rename": 2, "os.symlink": 2}
#: Modules of the standard library that start programs or ask for the machine's name of their own accord.
INNOCENT = {"ctypes.util", "platform", "uuid", "locale", "_osx_support", "_aix_support", "sysconfig"}
#: So many reaches of a file are told; a loop may make thousands.
TOLD = 100


class ReachedOut(PermissionError):
    """Raised in place of what the DAG file wanted; an ``OSError``, so that a file with a fallback uses it."""

    def __str__(self) -> str:
        return str(self.args[0])  # whatever file name shutil adds, for which an OSError forgets its sentence


class Watch:
    """Sees and refuses every reach of the file that is being parsed. Once installed, it stays for good."""

    def __init__(self, private: Sequence[str] = ()) -> None:
        self._file = ""
        #: Folders of our own, in which a file may do what it likes.
        self._private = tuple(os.path.realpath(folder) + os.sep for folder in private)
        self._letting = 0
        self.reaches: list[Reach] = []

    def install(self) -> None:
        """Look on from now on, at what Python audits."""
        sys.addaudithook(self._audit)

    @property
    def on(self) -> bool:
        """Whether a file is being parsed, and nothing of ours is let through."""
        return bool(self._file) and not self._letting

    @contextmanager
    def parsing(self, file: str) -> Iterator[list[Reach]]:
        """Watch while this file is parsed."""
        self._file, self.reaches = file, []
        try:
            yield self.reaches
        finally:
            self._file = ""

    @contextmanager
    def letting(self) -> Iterator[None]:
        """Let through what we do ourselves in place of what the file wanted."""
        self._letting += 1
        try:
            yield
        finally:
            self._letting -= 1

    def note(self, kind: str, detail: str) -> None:
        """Keep what was reached for, once for each place."""
        path, line = own_place()
        reach = Reach(kind, detail, line, path)
        if reach not in self.reaches and len(self.reaches) < TOLD:
            self.reaches.append(reach)

    def refuse(self, kind: str, detail: str) -> None:
        """Keep what was reached for, and do not let it through.

        Raises:
            ReachedOut: always.
        """
        self.note(kind, detail)
        raise ReachedOut(f"{detail} is not let through while a DAG file is parsed")

    def is_private(self, *paths: Any, folder: int = -1) -> bool:
        """Whether all of these lie in folders of our own."""
        return all(self._lies_inside(path, folder) for path in paths)

    def _lies_inside(self, path: Any, folder: int) -> bool:
        if isinstance(path, int):
            return True  # it is open already
        try:
            text = os.fsdecode(path)
            base = os.readlink(f"/proc/self/fd/{folder}") if folder >= 0 else ""  # noqa: PTH115 - as below
            place = os.path.realpath(os.path.join(base, text))  # noqa: PTH118 - pathlib would open more than it tells
        except (TypeError, OSError, ValueError):
            return False
        return f"{place}{os.sep}".startswith(self._private) or place == os.devnull

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.on:
            return
        if event == "open" and _writes(args) and not self.is_private(args[0]):
            self.refuse("file", f"writes {args[0]}")
        if event in KINDS and not self._is_fine(event, args):
            about = " ".join(str(arg) for arg in args[:2] if isinstance(arg, str | bytes | tuple | list))
            self.refuse(KINDS[event], f"{event} {about}".strip())

    _audit.__cantrace__ = True  # type: ignore[attr-defined] # Python hides hooks from coverage, unless asked

    def _is_fine(self, event: str, args: tuple[Any, ...]) -> bool:
        if KINDS[event] == "file":
            folders = [arg for arg in args if isinstance(arg, int)]
            return self.is_private(*args[: PATHS.get(event, 1)], folder=folders[-1] if folders else -1)
        if event == "sqlite3.connect":
            return args[0] == ":memory:" or self.is_private(args[0])
        return innocent()


def innocent() -> bool:
    """Whether the standard library does it for itself, as when it looks for a C library."""
    for frame in frames(sys._getframe(1)):
        path = frame.f_code.co_filename
        if frame.f_globals.get("__name__") in INNOCENT and path.startswith(STANDARD):
            return True
        # What is installed lies in a folder of the standard library's, these checks too.
        if not path.startswith(OURS) and (not path.startswith(("<frozen", *STANDARD)) or "site-packages" in path):
            break
    return False


def _writes(args: tuple[Any, ...]) -> bool:
    path, mode, flags = args
    if isinstance(path, int) or str(path) == os.devnull:
        return False
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
