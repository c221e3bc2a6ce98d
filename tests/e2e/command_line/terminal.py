"""A command at a terminal: keys reach its whole foreground group, as they do where a person sits."""

import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import airflow_env
from e2e.patience import PATIENCE, wait_for

#: Runs a command as nox runs it: on Ctrl-C it waits, terminates, waits, and kills. The first two arguments are seconds.
LAUNCHER = Path(__file__).with_name("launcher.py")
CTRL_C = b"\x03"


class Terminal:
    """A command that runs in a launcher at a terminal of its own. Leaving ``with`` kills what still runs."""

    def __init__(self, command: list[str], environment: Mapping[str, str], patience: tuple[float, float]) -> None:
        self._keys, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 120, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, str(LAUNCHER), *map(str, patience), *command],
            env=dict(environment) | {"TERM": "xterm-256color"},
            cwd=airflow_env.ROOT,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
        )
        os.close(terminal)
        self._shown = bytearray()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        with suppress(OSError):  # the last process that had the terminal open is gone
            while True:
                self._shown += os.read(self._keys, 65536)

    @property
    def shown(self) -> str:
        """Everything that was written to the terminal so far."""
        return self._shown.decode(errors="replace")

    def wait_for(self, text: str) -> None:
        """Return once the text has been shown."""
        wait_for(lambda: text in self.shown or self.process.poll() is not None, f"{text} on the terminal")
        assert text in self.shown, self.shown

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._keys, keys)

    def wait(self) -> int:
        """The exit status of the launcher, once it has ended."""
        return self.process.wait(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(PATIENCE)
        os.close(self._keys)
