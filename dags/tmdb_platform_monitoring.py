"""# The platform: does it go on as usual?

Every hour at :45, for those who have no Prometheus: how long runs and tasks took, what the machine has left, and
whether each DAG that collects has succeeded lately. `docs/platform-monitoring.md` has the limits, and why they are so.

| task | does | leaves behind |
|---|---|---|
| `performance_monitoring` | compares each DAG's latest run, and its tasks, with their last 30 | `platform_task_runs` |
| `resource_monitoring` | measures CPU, memory, disk and processes; looks for success | `platform_samples` |

These are tables of the warehouse. Samples are in `raw/metadata/platform/samples/<day>.jsonl`, too.

* **Durations** come from the tasks themselves: each writes a line into `raw/metadata/platform/task_runs/` when it ends.
  Runs of `airflow dags test` are not measured.
* **Alerts** are raised once for each cause, and told again when they are over; those that could not be sent earlier are
  sent now.
* **What cannot be measured** is said in the log and in the sample, and fails nothing.
* **Without the Connection `tmdb_warehouse`** all is kept on the lake alone.
* **Not seen from here**: a scheduler that is down runs no DAG, this one included.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import MONITORING, Stage
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.custom.dags import faults_beside, pauses_beside
from tmdb_pipeline.orchestration.monitoring import tasks
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


@dag(schedule=schedule(MONITORING), doc_md=__doc__, params=airflow_params(Params), **dag_arguments(MONITORING))
def platform_monitoring() -> None:
    """Durations, and resources, side by side."""

    @task(**task_arguments(MONITORING, Stage.WATCH, "performance"))
    def performance() -> dict[str, Any]:
        """Compare the latest runs with those before, and tell of slow ones."""
        return tasks.performance(TaskContext.current(Params), pauses_beside(__file__))

    @task(**task_arguments(MONITORING, Stage.WATCH, "resources"))
    def resources() -> dict[str, Any]:
        """Measure the machine, and tell of what is short, has not succeeded for too long, or cannot be collected."""
        return tasks.resources(TaskContext.current(Params), pauses_beside(__file__), faults_beside(__file__))

    performance()
    resources()


platform_monitoring()
