"""Samples of the resources, kept on the lake: a line each, a file for each day in Seoul."""

import re
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake

FOLDER = "raw/metadata/platform/samples"
#: Days for which samples are kept.
KEPT = timedelta(days=90)
_DAY = re.compile(r"[0-9]{8}\.jsonl")
#: What Airflow says of a process that gives no sign of life; of the others it says ``healthy``.
UNHEALTHY = "unhealthy"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured at one moment. None stands for what could not be measured.

    Attributes:
        machine: the machine or container in which the task ran: with several workers, one of them.
        at: when, aware.
        cpus: how many the machine or its container may use, which may be a part of one.
        cpu_percent: how much of them was in use, for some seconds before.
        load: tasks of the system's that ran or waited to, on average of the last minute, on the whole machine.
        memory_bytes: what the machine has, or its container may use.
        memory_free_bytes: what is free of it, what caches could give back included.
        disk_bytes: the disk of the data root; None too where that is no folder.
        disk_free_bytes: what is free of it for us.
        disk_files: how many files it takes; None too where there is no such limit.
        disk_free_files: how many more it takes of us.
        processes: Airflow's processes, each with ``healthy`` or ``unhealthy``; those that do not run are not there.
        unmeasured: what could not be measured, and why, in a sentence.
    """

    machine: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    cpus: float | None = None
    cpu_percent: float | None = None
    load: float | None = None
    memory_bytes: int | None = None
    memory_free_bytes: int | None = None
    disk_bytes: int | None = None
    disk_free_bytes: int | None = None
    disk_files: int | None = None
    disk_free_files: int | None = None
    processes: dict[str, str] = {}
    unmeasured: dict[str, str] = {}


def keep(lake: Lake, sample: Sample) -> None:
    """Keep a sample, and forget those of the oldest days: so many are kept, whatever day a clock says it is.

    Raises:
        LakeError: the lake cannot be read or written.
    """
    line = msgspec.json.encode(sample) + b"\n"
    today = sample.at.astimezone(SEOUL).date()
    lake.change(_file(today), lambda earlier: (earlier or b"") + line)
    days = sorted(name for name in lake.files(FOLDER) if _DAY.fullmatch(name))
    for name in days[: -KEPT.days]:
        lake.delete(f"{FOLDER}/{name}")


def kept(lake: Lake, first: date, last: date) -> list[Sample]:
    """The samples of days in Seoul, in order of time. Of clocks that are ahead some may be of later than now.

    Raises:
        LakeError: a file cannot be read.
    """
    names = {*lake.files(FOLDER)}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    files = [_file(day) for day in days if f"{day:%Y%m%d}.jsonl" in names]
    return sorted((sample for file in files for sample in _lines(lake.read(file))), key=lambda sample: sample.at)


def _lines(data: bytes) -> list[Sample]:
    """What the lines of a file hold; a damaged one is a measurement less, and no reason to fail."""
    found = []
    for line in data.splitlines():
        try:
            found.append(msgspec.json.decode(line, type=Sample))
        except msgspec.DecodeError:
            continue
    return found


def _file(day: date) -> str:
    return f"{FOLDER}/{day:%Y%m%d}.jsonl"
