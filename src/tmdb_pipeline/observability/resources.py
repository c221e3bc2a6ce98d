"""What a process has used of its machine, as the system counts it."""

import resource
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tmdb_pipeline.observability.meter import gauge
from tmdb_pipeline.observability.metrics import DISK_FREE, DISK_SIZE

#: What the system calls a block, whatever the disk's are (getrusage(2)).
_BLOCK = 512
#: In which unit the system tells memory: kilobytes, but on macOS bytes.
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Use:
    """What a process has used so far, its threads included.

    Attributes:
        cpu: seconds, those of the system for it included.
        memory: bytes, the most that were resident at once.
        written: bytes that went to disks, or are about to.
    """

    cpu: float
    memory: int
    written: int

    @classmethod
    def now(cls) -> Self:
        """What this process has used."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        return cls(used.ru_utime + used.ru_stime, used.ru_maxrss * _MEMORY_UNIT, used.ru_oublock * _BLOCK)

    def since(self, before: Self) -> Self:
        """What came since an earlier moment; of memory still the most of all."""
        return type(self)(self.cpu - before.cpu, self.memory, self.written - before.written)


def measure_disk(root: str) -> None:
    """Tell how large the disk of a data root is, and what is free; of an object store nobody can tell."""
    folder = Path(root)
    if "://" not in root and folder.is_dir():
        disk = shutil.disk_usage(folder)
        gauge(DISK_SIZE, disk.total)
        gauge(DISK_FREE, disk.free)
