"""The meter of tasks: metrics go where Airflow's own go, by its settings (``[metrics]``)."""

import re
from collections.abc import Mapping

from airflow.sdk.configuration import conf
from airflow.sdk.observability import stats

#: Airflow refuses a whole metric for any other character in a tag.
_REFUSED = re.compile(r"[^A-Za-z0-9_./-]")
#: The settings of which each lets Airflow send metrics.
_SWITCHES = ("statsd_on", "statsd_datadog_enabled", "otel_on")


def airflow_sends() -> bool:
    """Whether Airflow sends metrics at all."""
    return any(conf.getboolean("metrics", switch, fallback=False) for switch in _SWITCHES)


class AirflowMeter:
    """Hands on what is measured in a task, with the tags of the task.

    StatsD goes by UDP: nobody waits for who does not listen, and nobody learns of it.
    """

    def __init__(self, tags: Mapping[str, str]) -> None:
        self._tags = tags

    def count(self, name: str, number: float, tags: Mapping[str, str]) -> None:
        """So many more of a counter."""
        stats.incr(name, number, tags=self._all(tags))  # type: ignore[arg-type] # a float is sent as it is

    def gauge(self, name: str, value: float, tags: Mapping[str, str]) -> None:
        """The value of a gauge from now on."""
        stats.gauge(name, value, tags=self._all(tags))

    def timing(self, name: str, seconds: float, tags: Mapping[str, str]) -> None:
        """One duration of a timer; StatsD counts in milliseconds."""
        stats.timing(name, seconds * 1000, tags=self._all(tags))

    def _all(self, tags: Mapping[str, str]) -> dict[str, str]:
        return {name: _REFUSED.sub("_", value) for name, value in {**self._tags, **tags}.items()}
