from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.monitoring.resources.samples import FOLDER, Sample, keep, kept

NOW = datetime(2026, 11, 27, tzinfo=UTC)
TODAY = date(2026, 11, 27)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path))


def test_samples_are_read_back_in_order(lake):
    """What was measured on the days asked for is there as it was, in order of time, and nothing of other days."""
    first = Sample(machine="a", at=NOW, cpus=0.5, processes={"scheduler": "healthy"})
    hours = [replace(first, at=NOW + timedelta(hours=number)) for number in range(40)]
    for sample in hours[::-1]:
        keep(lake, sample)

    assert kept(lake, TODAY, TODAY) == hours[:15]
    assert kept(lake, TODAY - timedelta(days=4), TODAY + timedelta(days=4)) == hours


def test_samples_of_ninety_days_are_kept(lake):
    """Of ninety days those that there were stay, older ones go, and so does no file that is none of samples."""
    lake.write(f"{FOLDER}/notes.txt", b"ours")
    for age in range(91, -1, -1):
        keep(lake, Sample(machine="a", at=NOW - timedelta(days=age)))

    left = lake.files(FOLDER)
    assert (len(left), left[0], left[-2:]) == (91, "20260830.jsonl", ["20261127.jsonl", "notes.txt"])


def test_clock_that_is_ahead_forgets_no_history(lake):
    """A machine that takes today for a day of next year adds a file, and takes none of three months away."""
    for age in (2, 1, 0):
        keep(lake, Sample(machine="a", at=NOW - timedelta(days=age)))

    keep(lake, Sample(machine="b", at=NOW + timedelta(days=400)))

    assert [*lake.files(FOLDER)][:3] == ["20261125.jsonl", "20261126.jsonl", "20261127.jsonl"]


def test_damaged_line_is_a_measurement_less(lake):
    """What somebody else has written there is passed over."""
    keep(lake, Sample(machine="a", at=NOW))
    file = f"{FOLDER}/20261127.jsonl"
    lake.write(file, b"{\n" + lake.read(file))

    assert kept(lake, TODAY, TODAY) == [Sample(machine="a", at=NOW)]
