"""The meter: what is counted and measured goes to whoever was installed, and nowhere by default.

The library calls ``count``, ``gauge``, ``timing`` and ``timed`` with a metric of the registry (``metrics``) and its
tags, and knows of no server. ``orchestration.observing`` installs the one that sends by Airflow's own StatsD settings.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter
from typing import Protocol

from tmdb_pipeline.observability.metrics import Metric


class Meter(Protocol):
    """Takes what is measured. It never raises and never waits: nothing that is measured depends on it."""

    def count(self, metric: Metric, number: float, tags: Mapping[str, str]) -> None:
        """So many more of a counter."""

    def gauge(self, metric: Metric, value: float, tags: Mapping[str, str]) -> None:
        """The value of a gauge from now on."""

    def timing(self, metric: Metric, seconds: float, tags: Mapping[str, str]) -> None:
        """One duration of a timer."""


class _Seam:
    meter: Meter | None = None


def install(meter: Meter | None) -> None:
    """Let this meter take what this process measures from now on; None lets nobody."""
    _Seam.meter = meter


def count(metric: Metric, number: float = 1, **tags: str) -> None:
    """So many more of a counter; nothing is told of none."""
    if _Seam.meter and number:
        _Seam.meter.count(metric, number, tags)


def gauge(metric: Metric, value: float, **tags: str) -> None:
    """The value of a gauge from now on."""
    if _Seam.meter:
        _Seam.meter.gauge(metric, value, tags)


def timing(metric: Metric, seconds: float, **tags: str) -> None:
    """One duration of a timer."""
    if _Seam.meter:
        _Seam.meter.timing(metric, seconds, tags)


@contextmanager
def timed(metric: Metric, **tags: str) -> Iterator[None]:
    """Measure how long the block takes, whether it ends well or not."""
    began = perf_counter()
    try:
        yield
    finally:
        timing(metric, perf_counter() - began, **tags)
