"""The meter of tasks: metrics go where Airflow's own go, by its settings (``[metrics]``)."""

import re
from collections.abc import Mapping

from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

from tmdb_pipeline.observability.metrics import Metric

#: Airflow refuses a whole metric for any other character in a tag.
_REFUSED = re.compile(r"[^A-Za-z0-9_./-]")
#: The settings of which each lets Airflow send metrics.
_SWITCHES = ("statsd_on", "statsd_datadog_enabled", "otel_on")


def airflow_sends() -> bool:
    """Whether Airflow sends metrics at all."""
    return any(conf.getboolean("metrics", switch, fallback=False) for switch in _SWITCHES)


class AirflowMeter:
    """Hands on what is measured in a task of a DAG.

    StatsD goes by UDP: nobody waits for who does not listen, and nobody learns of it.
    """

    def __init__(self, dag_id: str) -> None:
        self._dag_id = dag_id

    def count(self, metric: Metric, number: float, tags: Mapping[str, str]) -> None:
        """So many more of a counter."""
        stats.incr(metric.name, number, tags=self._tags(metric, tags))  # type: ignore[arg-type] # a float is sent as it is

    def gauge(self, metric: Metric, value: float, tags: Mapping[str, str]) -> None:
        """The value of a gauge from now on."""
        stats.gauge(metric.name, value, tags=self._tags(metric, tags))

    def timing(self, metric: Metric, seconds: float, tags: Mapping[str, str]) -> None:
        """One duration of a timer; StatsD counts in milliseconds."""
        stats.timing(metric.name, seconds * 1000, tags=self._tags(metric, tags))

    def _tags(self, metric: Metric, tags: Mapping[str, str]) -> dict[str, str]:
        every = {**({"dag_id": self._dag_id} if metric.of_dag else {}), **tags}
        return {name: _REFUSED.sub("_", value) for name, value in every.items()}
