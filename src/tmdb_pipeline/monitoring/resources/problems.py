"""What is too little, by the latest samples: the disk, the memory, the CPUs, Airflow's processes.

What was too little is enough again only when it is clearly more, so that nobody is told the same every other hour.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from tmdb_pipeline.alerts.alert import Kind
from tmdb_pipeline.language import Said
from tmdb_pipeline.monitoring.resources import words
from tmdb_pipeline.monitoring.resources.forecast import full_in
from tmdb_pipeline.monitoring.resources.samples import UNHEALTHY, Sample

#: The disk: percent free, and days until it is full; below the first of each it is told, above the second it is over.
DISK_PERCENT, DISK_DAYS = (10.0, 15.0), (7.0, 10.0)
#: The memory: percent free, at this many samples in a row.
MEMORY_PERCENT, MEMORY_SAMPLES = (5.0, 10.0), 2
#: The CPUs: percent that do nothing, at this many samples in a row.
CPU_PERCENT, CPU_SAMPLES = (5.0, 20.0), 3
#: Samples are in a row where there is no longer time between them; so long after another one is an hour later.
LONGEST_GAP, LEAST_HOUR = timedelta(hours=2), timedelta(minutes=45)
#: A machine of which there was no sample for so long is gone, and so are its problems.
GONE = timedelta(days=1)
#: What a subject is called that is no machine.
DISK = "disk of the data root"


class Problem(msgspec.Struct, frozen=True):
    """Something of which there is too little."""

    kind: Kind
    subject: str
    cause: Said
    advice: Said
    detail: str = ""


def problems(samples: Sequence[Sample], known: Collection[str] = ()) -> list[Problem]:
    """What is too little now.

    Args:
        samples: of the last days, in order of time.
        known: the subjects of problems that were told already: such a one goes on until there is clearly enough, or
            while nobody can say.
    """
    if not samples:
        return []
    found = [*_disk(samples, DISK in known), *_processes(samples, known)]
    machines = dict.fromkeys(each.machine for each in samples if each.at > samples[-1].at - GONE)
    for machine in machines:
        own = [each for each in samples if each.machine == machine]
        found += [*_memory(own, known), *_cpu(own, known)]
    return found


def _disk(samples: Sequence[Sample], known: bool) -> Iterator[Problem]:  # noqa: FBT001 - private
    measured = [each for each in samples if each.disk_bytes]
    if not measured:
        return
    latest = measured[-1]
    free = 100 * (latest.disk_free_bytes or 0) / (latest.disk_bytes or 1)
    left = full_in(measured)
    days = left / timedelta(days=1) if left is not None else None
    causes = []
    if free < DISK_PERCENT[known] or (days is not None and days < DISK_DAYS[known]):
        causes.append(words.disk(latest.disk_free_bytes or 0, free, days))
    free_files = _percent(latest.disk_free_files, latest.disk_files)
    if free_files is not None and free_files < DISK_PERCENT[known]:
        causes.append(words.files(latest.disk_free_files or 0, free_files))
    if causes:
        cause = Said(" ".join(each.en for each in causes), " ".join(each.ko for each in causes))
        yield Problem(Kind.DISK_FILLING, DISK, cause, words.DISK_ADVICE)


def _memory(samples: Sequence[Sample], known: Collection[str]) -> Iterator[Problem]:
    subject = f"memory of {samples[-1].machine}"
    free = _measured(samples, lambda each: _percent(each.memory_free_bytes, each.memory_bytes))
    if _is_low(free, MEMORY_PERCENT, MEMORY_SAMPLES, known=subject in known):
        left = words.memory(samples[-1].machine, free[-1].percent)
        yield Problem(Kind.RESOURCES_SHORT, subject, left, words.MEMORY_ADVICE)


def _cpu(samples: Sequence[Sample], known: Collection[str]) -> Iterator[Problem]:
    subject = f"CPU of {samples[-1].machine}"
    idle = _measured(samples, lambda each: None if each.cpu_percent is None else 100 - each.cpu_percent)
    if _is_low(idle, CPU_PERCENT, CPU_SAMPLES, known=subject in known):
        left = words.cpu(samples[-1].machine, 100 - idle[-1].percent)
        yield Problem(Kind.RESOURCES_SHORT, subject, left, words.CPU_ADVICE)


def _processes(samples: Sequence[Sample], known: Collection[str]) -> Iterator[Problem]:
    asked = [each for each in samples if each.processes]
    for name, status in asked[-1].processes.items() if asked else ():
        # What was true an hour ago, when the API server was last there, begins no problem now; it goes on, though.
        if status == UNHEALTHY and (asked[-1] is samples[-1] or name in known):
            yield Problem(Kind.RESOURCES_SHORT, name, words.process(name), words.PROCESS_ADVICE)


class _Free(NamedTuple):
    """How much was free, in percent, and when."""

    at: datetime
    percent: float


def _measured(samples: Sequence[Sample], percent: Callable[[Sample], float | None]) -> list[_Free]:
    """What was free in those samples that say it."""
    found = ((each.at, percent(each)) for each in samples)
    return [_Free(at, free) for at, free in found if free is not None]


def _is_low(measured: Sequence[_Free], limits: tuple[float, float], row: int, *, known: bool) -> bool:
    """Whether it is below the first limit at so many hours in a row, or if known is below the second now.

    What was measured twice within minutes is no hour, and what was low before nobody looked for hours may have been
    enough since.
    """
    if not measured or measured[-1].percent >= limits[known]:
        return False
    if known:
        return True
    since = now = measured[-1].at
    for each in reversed(measured):
        if each.percent >= limits[0] or since - each.at > LONGEST_GAP:
            break
        since = each.at
    return now - since >= LEAST_HOUR * (row - 1)


def _percent(part: int | None, whole: int | None) -> float | None:
    return 100 * part / whole if part is not None and whole else None
