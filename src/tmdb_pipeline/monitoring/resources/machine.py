"""CPU, memory and disk, of the machine or of the container that a task runs in.

A container sees the CPUs and the memory of its whole machine. What it may use of them stands in its cgroup (version 2):
https://docs.kernel.org/admin-guide/cgroup-v2.html. Where nothing is limited there, it is the machine's.
"""

import os
import shutil
from pathlib import Path
from typing import NamedTuple

import psutil
from upath import UPath

from tmdb_pipeline.clock import Clock

#: Where a container sees its own cgroup.
CGROUP = Path("/sys/fs/cgroup")
#: What the system takes back from a container that needs it, by its names in ``memory.stat``.
_CACHES = ("active_file", "inactive_file", "slab_reclaimable")
#: Seconds for which the CPUs are watched.
WATCHED = 5.0


class Cpu(NamedTuple):
    """How many CPUs may be used, and how much of them was, in percent."""

    cpus: float
    percent: float


class Room(NamedTuple):
    """How many bytes there are, or files there may be, and how many of them are free."""

    total: int
    free: int


def cpu(clock: Clock, cgroup: Path = CGROUP) -> Cpu:
    """The CPUs, watched for ``WATCHED`` seconds."""
    allowed = _cpus_of(cgroup)
    cpus = allowed or float(os.cpu_count() or 1)

    def used() -> float:
        return _number(cgroup / "cpu.stat", "usage_usec") / 1e6 if allowed else _busy_seconds()

    before, began = used(), clock.monotonic()
    clock.sleep(WATCHED)
    share = (used() - before) / ((clock.monotonic() - began) * cpus)
    return Cpu(cpus, min(100.0, max(0.0, 100 * share)))


def load() -> float:
    """Tasks of the system's that ran or waited to, on average of the last minute."""
    return os.getloadavg()[0]


def memory(cgroup: Path = CGROUP) -> Room:
    """The memory; what caches could give back counts as free."""
    machine = psutil.virtual_memory()
    total, free = int(machine.total), int(machine.available)
    limit = _text(cgroup / "memory.max")
    if limit is None or not limit.isdigit() or int(limit) >= total:
        return Room(total, free)
    cached = sum(int(_number(cgroup / "memory.stat", name)) for name in _CACHES)
    used = int(_text(cgroup / "memory.current") or 0) - cached
    return Room(int(limit), min(free, max(0, int(limit) - used)))


def disk(root: str) -> Room | None:
    """The disk of the data root; None where that is no folder but a bucket.

    Raises:
        OSError: it cannot be looked at.
    """
    folder = _folder(root)
    if folder is None:
        return None
    usage = shutil.disk_usage(folder)
    return Room(usage.total, usage.free)


def files(root: str) -> Room | None:
    """How many files the disk of the data root takes, and how many more; None where there is no such limit.

    Raises:
        OSError: it cannot be looked at.
    """
    folder = _folder(root)
    found = os.statvfs(folder) if folder else None
    return Room(found.f_files, found.f_favail) if found and found.f_files else None


def _folder(root: str) -> Path | None:
    """The folder of the data root, or the next above it that is there; None where it is a bucket."""
    place = UPath(root)
    if place.protocol not in {"", "file", "local"}:
        return None
    folder = Path(place.path).absolute()
    while not folder.exists():  # it is made when it is first written to
        folder = folder.parent
    return folder


def _busy_seconds() -> float:
    """The seconds that all CPUs together have worked."""
    times = psutil.cpu_times()
    # What guests have used stands in the time of users as well.
    idle = ("idle", "iowait", "guest", "guest_nice")
    return float(sum(times[:])) - sum(float(getattr(times, name, 0.0)) for name in idle)


def _cpus_of(cgroup: Path) -> float | None:
    """How many CPUs the cgroup may use; None where it says nothing."""
    quota, _, period = (_text(cgroup / "cpu.max") or "max").partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period.isdigit() else None


def _number(file: Path, name: str) -> float:
    """A number in a file of lines of names and numbers, 0 where it is not there."""
    lines = dict(line.split(" ", 1) for line in (_text(file) or "").splitlines())
    return float(lines.get(name, 0))


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="ascii").strip()
    except OSError:
        return None
