"""When a disk will be full, at the rate of the last days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median

from tmdb_pipeline.monitoring.resources.samples import Sample

#: How far back the rate is taken from.
BACK = timedelta(days=3)
#: How much there has to be to say anything.
LEAST_SAMPLES, LEAST_SPAN = 12, timedelta(hours=12)


def full_in(samples: Sequence[Sample]) -> timedelta | None:
    """How long after the latest sample the disk will be full; None where it is not filling, or nobody can say yet.

    The rate is the median of the rates between any two samples (Theil and Sen): a file that was written or removed at
    once, which will not happen again every hour, does not move it.
    """
    points = [
        (each.at, each.disk_bytes - each.disk_free_bytes)
        for each in samples
        if each.disk_bytes is not None and each.disk_free_bytes is not None and each.at > samples[-1].at - BACK
    ]
    free = samples[-1].disk_free_bytes if samples else None
    if free is None or len(points) < LEAST_SAMPLES or points[-1][0] - points[0][0] < LEAST_SPAN:
        return None
    rate = median(_rates(points))
    return timedelta(seconds=free / rate) if rate > 0 and free / rate < timedelta.max.total_seconds() / 2 else None


def _rates(points: Sequence[tuple[datetime, int]]) -> list[float]:
    """Bytes a second between any two of the points."""
    pairs = combinations(points, 2)
    return [(b - a) / (t - s).total_seconds() for (s, a), (t, b) in pairs if t > s]
