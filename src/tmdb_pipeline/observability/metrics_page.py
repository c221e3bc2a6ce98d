"""The metrics as Markdown: ``python -m tmdb_pipeline.observability.metrics_page > docs/metrics.md``."""

import sys

from tmdb_pipeline.observability.metrics import METRICS

_INTRODUCTION = """\
# Metrics

Generated from the code by `python -m tmdb_pipeline.observability.metrics_page`, as a test checks. How they are
switched on, and what is made of them: [monitoring.md](monitoring.md).

Each is sent by Airflow's StatsD client with its tags. Behind the StatsD exporter Prometheus knows it by the name in the
second column; of a timer that is the sum of seconds, and their number ends in `_count`. Airflow's own metrics stand in
its documentation; those that the rules and the dashboard use are named in [monitoring.md](monitoring.md).

| metric | in Prometheus | kind | unit | tags | what it tells |
|---|---|---|---|---|---|
"""


def render_metrics_page() -> str:
    """Return the page in Markdown, ending in a newline."""
    page = _INTRODUCTION
    for metric in METRICS:
        tags = ", ".join(f"`{tag}`" for tag in (*["dag_id"] * metric.of_dag, *metric.tags))
        names = f"`{metric.name}` | `{metric.series[0]}`"
        page += f"| {names} | {metric.kind} | {metric.unit} | {tags} | {metric.meaning} |\n"
    return page


if __name__ == "__main__":  # pragma: no cover - the one line that makes it a command
    sys.stdout.write(render_metrics_page())
