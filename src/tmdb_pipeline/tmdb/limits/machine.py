"""The limits of a machine, shared by all processes of a user there.

A file holds the moments of the schedule, and is changed under a lock. Each connection is a file, and whoever has the
lock on it has the connection. The kernel takes locks from a process that ends, however it ends, so a task that was
killed keeps nothing. In containers the machine is the container.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from math import isfinite
from os import strerror
from pathlib import Path
from typing import BinaryIO

from tmdb_pipeline import file_lock
from tmdb_pipeline.clock import Clock
from tmdb_pipeline.settings import Settings
from tmdb_pipeline.tmdb.limits.files import SharedFiles
from tmdb_pipeline.tmdb.limits.limits import Lease, Limits, Sleep, limited_host
from tmdb_pipeline.tmdb.rate_limiter import Moments, Slot

#: When the machine was started (seconds since 1970), and the two moments, in seconds since then.
_STATE = struct.Struct("<ddd")
#: Seconds by which the start of the machine may seem to move, as its clock is set. What was written before another
#: start means nothing.
_SAME_START = 60.0
#: Seconds between two looks for a free connection.
_PAUSE = 0.05


def machine_limits(settings: Settings, clock: Clock, temporary: Path | None = None) -> Limits:
    """The limits of the API's host on this machine. The clock has to be the machine's own.

    Nothing is made or opened yet. What fails later is a ``LimitsLost``.
    """
    files = SharedFiles(re.sub(r"[^a-z0-9.-]", "_", limited_host(settings)), temporary)
    return Limits(MachineSchedule(files, clock), MachineConnections(files, settings.connections))


class MachineSchedule:
    """The schedule of all processes of a machine. Each method may raise ``LimitsLost``."""

    def __init__(self, files: SharedFiles, clock: Clock) -> None:
        self._files = files
        self._clock = clock

    def take(self, interval: float, patience: float) -> Slot:
        """The next moment that is free; see ``Schedule``."""
        with self._moments() as moments:
            return moments.take(self._clock.monotonic(), interval, patience)

    def stands(self, slot: Slot) -> bool:
        """Whether no block has come since that lasts beyond the moment."""
        with self._moments() as moments:
            return moments.blocked_until <= slot.moment

    def block(self, seconds: float) -> None:
        """Let nothing leave for so long. Another block never shortens it."""
        with self._moments() as moments:
            moments.block(self._clock.monotonic(), seconds)

    @contextmanager
    def _moments(self) -> Iterator[Moments]:
        """What the file holds, to be changed; nobody else reads it meanwhile, no other thread either."""
        with self._files.at_hand(), self._files.open("moments") as file:
            file_lock.lock(file, wait=True)
            start = self._clock.now().timestamp() - self._clock.monotonic()
            moments = _read(file.read(), start)
            before = moments.free, moments.blocked_until
            yield moments
            after = moments.free, moments.blocked_until
            if after != before:
                file.seek(0)
                if file.write(_STATE.pack(start, *after)) < _STATE.size:
                    raise OSError(ENOSPC, strerror(ENOSPC))
                file.truncate()


class MachineConnections:
    """The connections of all processes of a machine, a file each."""

    def __init__(self, files: SharedFiles, limit: int) -> None:
        self._files = files
        self._limit = limit

    def lease(self, most: int, sleep: Sleep) -> Lease:
        """From one to ``most`` connections, as many as are free; while none is, this waits.

        Raises:
            LimitsLost: the files cannot be used.
        """
        while not (held := self._free(most)):
            sleep(_PAUSE)
        return FileLease(held)

    def _free(self, most: int) -> list[BinaryIO]:
        held: list[BinaryIO] = []
        with self._files.at_hand():
            for number in range(1, self._limit + 1):
                if len(held) == most:
                    break
                file = self._files.open(f"connection-{number:02}")
                if file_lock.lock(file):
                    held.append(file)
                else:
                    file.close()
        return held


class FileLease:
    """Connections whose files this process has locked."""

    def __init__(self, held: list[BinaryIO]) -> None:
        self.count = len(held)
        self._held = held

    def close(self) -> None:
        """Give them back."""
        for file in self._held:
            file.close()


def _read(held: bytes, start: float) -> Moments:
    """The moments that a file holds; none yet if it is empty, broken, or was written before the machine's start."""
    if len(held) != _STATE.size:
        return Moments()
    written, free, blocked_until = _STATE.unpack(held)
    if not all(map(isfinite, (written, free, blocked_until))) or abs(written - start) > _SAME_START:
        return Moments()
    return Moments(free, blocked_until)
