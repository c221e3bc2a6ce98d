import random
from datetime import UTC, datetime, timedelta

import pytest

from tmdb_pipeline.monitoring.resources.forecast import full_in
from tmdb_pipeline.monitoring.resources.samples import Sample

NOW = datetime(2026, 11, 27, tzinfo=UTC)
GIB = 2**30
DISK = 100 * GIB


def disk(used, hours=48):
    """Samples of as many hours, of which ``used`` says how many bytes are taken."""
    return [
        Sample(machine="a", at=NOW + timedelta(hours=hour), disk_bytes=DISK, disk_free_bytes=DISK - int(used(hour)))
        for hour in range(hours)
    ]


@pytest.mark.parametrize("rate", [0.01, 0.5, 1])
def test_disk_that_fills_evenly_is_full_when_it_says(rate):
    """At so many GiB an hour, what is left lasts so many hours."""
    left = full_in(disk(lambda hour: 10 * GIB + rate * GIB * hour))

    assert left / timedelta(hours=1) == pytest.approx((90 - rate * 47) / rate, rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_noise_and_a_large_file_do_not_move_the_rate(seed):
    """Files that come and go each hour, and one of 20 GiB that came once, leave the forecast within a tenth."""
    draw = random.Random(seed)
    noise = [draw.uniform(0, 0.2) for _ in range(48)]

    left = full_in(disk(lambda hour: (0.5 * hour + noise[hour] + (20 if hour == 40 else 0)) * GIB))

    assert left / timedelta(hours=1) == pytest.approx((100 - 0.5 * 47) / 0.5, rel=0.1)


@pytest.mark.parametrize("used", [lambda _: 50 * GIB, lambda hour: (90 - hour) * GIB, lambda hour: 1e-9 * hour])
def test_disk_that_does_not_fill_has_no_forecast(used):
    """One that stays as it is, empties, or fills in thousands of years is not told to be full some day."""
    assert full_in(disk(used)) is None


@pytest.mark.parametrize(
    "samples",
    [
        [],
        disk(lambda hour: hour * GIB, hours=11),
        [Sample(machine="a", at=NOW)] * 20,
        [*disk(lambda hour: hour * GIB), Sample(machine="a", at=NOW + timedelta(hours=50))],
        [Sample(machine="a", at=NOW, disk_bytes=DISK, disk_free_bytes=number) for number in range(20)],
    ],
)
def test_too_little_says_nothing(samples):
    """Without samples, with those of a few hours or of one moment, or without the latest, nobody can say."""
    assert full_in(samples) is None


def test_what_was_long_ago_does_not_count():
    """The rate is that of the last three days."""
    early = [
        Sample(machine="a", at=NOW - timedelta(hours=hour), disk_bytes=DISK, disk_free_bytes=DISK)
        for hour in range(200, 80, -1)
    ]
    late = disk(lambda hour: hour * GIB)

    assert full_in([*early, *late]) == full_in(late)
