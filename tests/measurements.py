"""What the library measures, traces and logs, taken by the tests instead of servers."""

from collections import Counter
from contextlib import contextmanager
from threading import Lock

from tmdb_pipeline.observability import log_keys, meter, spans
from tmdb_pipeline.observability.metrics import METRICS, Kind


class Measurements:
    """Takes everything, and refuses what is not as the registry declares it.

    Attributes:
        counts: of counters, by name and sorted tags.
        gauges: the last value of each, the same.
        timings: the durations of each timer, the same.
        spans: with name and attributes, in the order in which they ended.
    """

    def __init__(self) -> None:
        self.counts: Counter = Counter()
        self.gauges: dict = {}
        self.timings: dict = {}
        self.spans: list = []
        self._lock = Lock()

    def count(self, metric, number, tags):
        with self._lock:
            self.counts[self._declared(metric, Kind.COUNTER, tags)] += number

    def gauge(self, metric, value, tags):
        self.gauges[self._declared(metric, Kind.GAUGE, tags)] = value

    def timing(self, metric, seconds, tags):
        with self._lock:
            self.timings.setdefault(self._declared(metric, Kind.TIMER, tags), []).append(seconds)

    @contextmanager
    def open(self, name, attributes):
        span = Span(name, dict(attributes))
        try:
            yield span
        finally:
            self.spans.append(span)

    @staticmethod
    def _declared(metric, kind, tags):
        assert metric in METRICS
        assert (metric.kind, set(metric.tags)) == (kind, set(tags))
        return metric.name, *(f"{tag}={value}" for tag, value in sorted(tags.items()))


class Span:
    """A span and what was said of it."""

    def __init__(self, name, attributes):
        self.name, self.attributes = name, attributes

    def set_attribute(self, key, value):
        self.attributes[key] = value


@contextmanager
def measurements(binder=None):
    """Take all that is measured inside of the block; a binder of log keys besides."""
    taken = Measurements()
    meter.install(taken)
    spans.install(taken.open)
    log_keys.install(binder)
    try:
        yield taken
    finally:
        meter.install(None)
        spans.install(None)
        log_keys.install(None)
