"""What a DAG file reaches for while it is parsed. Nothing of it is let through, so linting a folder changes nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dag_integrity.facts import Reach

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


class ReachedOut(PermissionError):
    """Raised in place of what the DAG file wanted; an ``OSError``, so that a file with a fallback uses it."""

    def __str__(self) -> str:
        return str(self.args[0])  # whatever file name shutil adds, for which an OSError forgets its sentence


class Watch:
    """Sees and refuses every reach of the file that is being parsed. Once installed, it stays for good."""

    def __init__(self) -> None:
        self._file = ""
        self.reaches: list[Reach] = []

    def install(self) -> None:
        """Look on from now on, at what Python audits and at Airflow's Variables and Connections."""
        from airflow.models import Connection as OrmConnection
        from airflow.models import Variable as OrmVariable
        from airflow.sdk import Connection, Variable

        for owner, name, replacement in (
            (Variable, "get", self._variable),
            (OrmVariable, "get", self._variable),  # noqa: AIR311 - DAG files may still use it
            (Connection, "get", self._connection),
            (OrmConnection, "get_connection_from_secrets", self._connection),  # noqa: AIR311 - as above
        ):
            setattr(owner, name, classmethod(replacement))
        sys.addaudithook(self._audit)

    @contextmanager
    def parsing(self, file: str) -> Iterator[list[Reach]]:
        """Watch while this file is parsed."""
        self._file, self.reaches = file, []
        try:
            yield self.reaches
        finally:
            self._file = ""

    def _audit(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._file:
            return
        if event == "open" and _writes(args):
            self._refuse("file", f"writes {args[0]}")
        if event in KINDS:
            about = " ".join(str(arg) for arg in args[:2] if isinstance(arg, str | bytes | tuple | list))
            self._refuse(KINDS[event], f"{event} {about}".strip())

    _audit.__cantrace__ = True  # type: ignore[attr-defined] # Python hides hooks from coverage, unless asked

    def _variable(self, _: type, key: str, *args: Any, **options: Any) -> Any:
        default = [*args, *(options[name] for name in ("default", "default_var") if name in options)]
        if not default:
            self._refuse("variable", f"Variable {key!r}")
        self._note("variable", f"Variable {key!r}")
        return default[0]

    def _connection(self, _: type, conn_id: str) -> Any:
        self._refuse("variable", f"Connection {conn_id!r}")

    def _note(self, kind: str, detail: str) -> None:
        frame = sys._getframe()
        while frame.f_back and frame.f_code.co_filename != self._file:
            frame = frame.f_back
        line = frame.f_lineno if frame.f_code.co_filename == self._file else 0
        self.reaches.append(Reach(kind, detail, line))

    def _refuse(self, kind: str, detail: str) -> None:
        self._note(kind, detail)
        raise ReachedOut(f"{detail} is not let through while a DAG file is parsed")


def _writes(args: tuple[Any, ...]) -> bool:
    path, mode, flags = args
    if isinstance(path, int) or str(path) == os.devnull:
        return False
    if isinstance(mode, str):
        return bool(set(mode) & set("wax+"))
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC))
