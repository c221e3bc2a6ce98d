import os
from types import SimpleNamespace

import pytest
from support import HeldClock

from tmdb_pipeline.monitoring.resources import machine
from tmdb_pipeline.monitoring.resources.machine import WATCHED, Room, cpu, disk, files, load, memory

GIB = 2**30


@pytest.fixture
def cgroup(tmp_path):
    """Makes a cgroup with these files."""

    def make(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".", 1)).write_text(text)
        return tmp_path

    return make


class Working(HeldClock):
    """A clock on which the container works while somebody sleeps."""

    def __init__(self, file, seconds):
        super().__init__()
        self.file, self.seconds = file, seconds

    def sleep(self, seconds):
        super().sleep(seconds)
        before = int(self.file.read_text().split()[1])
        self.file.write_text(f"usage_usec {before + int(self.seconds * 1e6)}\nuser_usec 5\n")


@pytest.mark.parametrize(("worked", "percent"), [(0, 0), (2.5, 33.3), (7.5, 100), (7.9, 100)])
def test_cpu_of_a_container_is_what_it_may_use(cgroup, worked, percent):
    """A container that may use one and a half CPUs and uses one is two thirds busy, whatever the machine has."""
    folder = cgroup(cpu_max="150000 100000\n", cpu_stat="usage_usec 77\n")

    found = cpu(Working(folder / "cpu.stat", worked), folder)

    assert found.cpus == 1.5
    assert found.percent == pytest.approx(percent, abs=0.1)


@pytest.mark.parametrize("files", [{}, {"cpu_max": "max 100000\n"}, {"cpu_max": "nonsense\n"}])
def test_cpu_without_a_limit_is_the_machines(cgroup, files, monkeypatch):
    """Where nothing is limited, all CPUs of the machine count, and what all of its processes do."""
    busy = iter([100.0, 100.0 + WATCHED])
    monkeypatch.setattr(machine, "_busy_seconds", lambda: next(busy))

    found = cpu(HeldClock(), cgroup(**files))

    assert found.cpus == os.cpu_count()
    assert found.percent == pytest.approx(100 / os.cpu_count())


def test_machine_that_does_nothing_else_is_measured():
    """The numbers of this machine are numbers: some time was worked, and some tasks wait or none."""
    assert machine._busy_seconds() > 0
    assert load() >= 0


def test_memory_of_a_container_is_what_it_may_use(cgroup):
    """Of a container the limit counts; what its caches of files could give back is free."""
    folder = cgroup(
        memory_max=f"{GIB // 16}\n",
        memory_current=f"{GIB // 32}\n",
        memory_stat=f"anon 5\nactive_file {GIB // 128}\ninactive_file {GIB // 256}\nslab_reclaimable {GIB // 256}\n",
    )

    assert memory(folder) == Room(GIB // 16, GIB // 16 - GIB // 64)


def test_container_over_its_limit_has_nothing_free(cgroup):
    """A limit that was lowered below what is in use leaves nothing, and not less than that."""
    assert memory(cgroup(memory_max="4096\n", memory_current="8192\n")) == Room(4096, 0)
    assert memory(cgroup(memory_max="4096\n", memory_current="")) == Room(4096, 4096)


@pytest.mark.parametrize("files", [{}, {"memory_max": "max\n"}, {"memory_max": f"{2**62}\n"}])
def test_memory_without_a_limit_is_the_machines(cgroup, files):
    """Where nothing is limited, or more than there is, it is the machine's."""
    found = memory(cgroup(**files))

    assert 0 < found.free < found.total < 2**50


def test_disk_is_that_of_the_data_root(tmp_path):
    """The folder need not be there yet; a bucket has no disk."""
    found = disk(str(tmp_path / "data" / "lake"))

    assert found.total == disk(f"file://{tmp_path}").total  # what is free changes while others write
    assert 0 <= found.free < found.total
    assert disk("s3://bucket/prefix") is None


def test_files_are_those_that_the_disk_takes(tmp_path, monkeypatch):
    """As the system counts them; a disk that does not count its files, and a bucket, have no such limit."""
    seen = []

    def statvfs(folder):
        seen.append(folder)
        return SimpleNamespace(f_files=limit, f_ffree=8, f_favail=7)

    monkeypatch.setattr(machine.os, "statvfs", statvfs)
    limit = 100
    assert files(str(tmp_path / "data" / "lake")) == Room(100, 7)
    assert seen == [tmp_path]
    limit = 0
    assert files(str(tmp_path)) is None
    assert files("s3://bucket/prefix") is None
