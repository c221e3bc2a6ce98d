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


def test_samples_of_three_months_ago_are_forgotten(lake):
    """Those of the last ninety days stay, older ones go, and what is no file of samples stays."""
    ages = [91, 90, 1, 0]
    for age in ages:
        keep(lake, Sample(machine="a", at=NOW - timedelta(days=age)))
    lake.write(f"{FOLDER}/notes.txt", b"ours")
    keep(lake, Sample(machine="a", at=NOW))

    assert lake.files(FOLDER) == ["20260829.jsonl", "20261126.jsonl", "20261127.jsonl", "notes.txt"]


def test_damaged_line_is_a_measurement_less(lake):
    """What somebody else has written there is passed over."""
    keep(lake, Sample(machine="a", at=NOW))
    file = f"{FOLDER}/20261127.jsonl"
    lake.write(file, b"{\n" + lake.read(file))

    assert kept(lake, TODAY, TODAY) == [Sample(machine="a", at=NOW)]
