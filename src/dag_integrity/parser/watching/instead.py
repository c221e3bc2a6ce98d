"""What a DAG file gets in place of the programs, files and folders that it wanted, so that parsing goes on."""

import builtins
import functools
import io
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dag_integrity.parser.watching.watch import Watch, innocent

#: Functions of ``os`` that change paths, and how many of their first arguments are paths.
CHANGES = {
    **dict.fromkeys(("mkdir", "remove", "unlink", "rmdir", "chmod", "chown", "utime", "truncate"), 1),
    **dict.fromkeys(("setxattr", "removexattr"), 1),
    **dict.fromkeys(("rename", "replace", "link", "symlink"), 2),
}
#: What a program that does nothing may be started with.
PIPES = ("stdin", "stdout", "stderr", "text", "encoding", "errors", "universal_newlines", "bufsize")
#: A program that does nothing, wherever it lies.
NOTHING = next((path for path in ("/bin/true", "/usr/bin/true") if os.path.exists(path)), "true")  # noqa: PTH110


class Instead:
    """Does nothing, and says so, wherever a DAG file would change something outside its private folder."""

    def __init__(self, watch: Watch, private: Path) -> None:
        self._watch, self._private = watch, private
        self._moved: dict[str, str] = {}

    def install(self) -> None:
        """From now on, while a file is parsed."""
        for name in CHANGES.keys() & set(dir(os)):  # some are Linux's alone
            setattr(os, name, self._changing(name, getattr(os, name), CHANGES[name]))
        builtins.open = io.open = self._opening(io.open)
        system: Any = self._system(os.system)
        os.system = system
        start: Any = subprocess.Popen
        start.__init__ = self._starting(start.__init__)

    def _changing(self, name: str, change: Callable[..., Any], paths: int) -> Callable[..., Any]:
        @functools.wraps(change)
        def instead(*args: Any, **options: Any) -> Any:
            folders = [options[key] for key in ("dir_fd", "dst_dir_fd") if isinstance(options.get(key), int)]
            folder = folders[-1] if folders else -1
            if not self._watch.on or self._watch.is_private(*args[:paths], folder=folder):
                return change(*args, **options)
            self._watch.note("file", " ".join([f"os.{name}", *(str(arg) for arg in args[:paths])]))
            return None

        return instead

    def _opening(self, opening: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(opening)
        def instead(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            if not self._watch.on or isinstance(file, int):
                return opening(file, mode, *args, **options)
            where = os.path.abspath(file)  # noqa: PTH100 - pathlib would come back here
            if not set(mode) & set("wax+") or self._watch.is_private(file):
                return opening(self._moved.get(where, file), mode, *args, **options)
            self._watch.note("file", f"writes {file}")
            place = self._moved.setdefault(where, str(self._private / f"moved-{len(self._moved)}"))
            return opening(place, mode.replace("r", "w").replace("x", "w"), *args, **options)

        return instead

    def _system(self, system: Callable[[Any], int]) -> Callable[[Any], int]:
        @functools.wraps(system)
        def instead(command: Any) -> int:
            if not self._watch.on:
                return system(command)
            self._watch.note("process", f"os.system {command}")
            return 0

        return instead

    def _starting(self, start: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(start)
        def instead(process: Any, *args: Any, **options: Any) -> None:
            if not self._watch.on or innocent():
                start(process, *args, **options)
                return
            command = args[0] if args else options.get("args")
            self._watch.note("process", f"subprocess.Popen {command}")
            with self._watch.letting():
                start(process, [NOTHING], **{name: options[name] for name in PIPES if name in options})

        return instead
