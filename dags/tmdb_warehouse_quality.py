"""# The warehouse: is what is in it good?

After each load: checks of completeness, uniqueness, integrity, freshness, volume and drift, each a query and the values
that are ok; `docs/warehouse-checks.md` has them all. The Connection `tmdb_warehouse` says where the tables are.

| task | does | leaves behind |
|---|---|---|
| `data_quality_check` | asks every check | a row for each in `tmdb.quality_runs`, with its query |
| `choose_level` | chooses by the worst of them | nothing |
| `tell_quiet`, `tell_warning`, `tell_alarm` | one of them tells what was found | its log |
| `send_quality_report` | writes the report, and mails it | `warehouse_quality_<date>.html`, `.json` |

The report is in `raw/metadata/warehouse_reports/` of the data root.

`<date>` is the day in Seoul, YYYYMMDD; a later run of the day replaces the report. Each number in it stands beside the
query that gave it.

* **Mail** goes out by the Connection `smtp_default` to `to` in its extra, or else to `TMDB_REPORT_TO`, addresses with
  commas between them, from `from_email` in its extra; `timeout` there is 10 seconds if nothing is said. Without the
  Connection or without recipients nobody is mailed, which the log says. A mail that fails is tried again after five
  minutes; the report is written by then.
* **On an alarm** the report is written and mailed, then the run fails, and is not tried again. The tables stay as they
  are.
* **Too little history** to judge by is no alarm: such a check is `not_judged`.
* **By hand**: `airflow dags test tmdb_warehouse_quality`.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import WAREHOUSE_QUALITY, Stage
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.quality import tasks
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments

_LEVELS = ("quiet", "warning", "alarm")


@dag(
    schedule=schedule(WAREHOUSE_QUALITY),
    doc_md=__doc__,
    params=airflow_params(Params),
    **dag_arguments(WAREHOUSE_QUALITY),
)
def warehouse_quality() -> None:
    """Checks -> quiet, warning or alarm -> report."""

    @task(**task_arguments(WAREHOUSE_QUALITY, Stage.CHECK))
    def check() -> dict[str, Any]:
        """Ask every check, and keep what it found."""
        return tasks.check(TaskContext.current(Params))

    @task.branch(**task_arguments(WAREHOUSE_QUALITY, Stage.CHOOSE))
    def choose(checked: dict[str, Any]) -> str:
        """Choose the task that tells of the level."""
        return tasks.choose(checked)

    def tell(checked: dict[str, Any]) -> None:
        """Tell in the log, and of warnings to people, what was found."""
        tasks.tell(TaskContext.current(Params), checked)

    # Of the levels one is told, and the others are skipped, which is no reason to skip the report.
    @task(trigger_rule="none_failed_min_one_success", **task_arguments(WAREHOUSE_QUALITY, Stage.REPORT))
    def report(checked: dict[str, Any]) -> dict[str, Any]:
        """Write the report, mail it, and fail on an alarm."""
        return tasks.report(TaskContext.current(Params), checked)

    checked = check()
    told = [task(**task_arguments(WAREHOUSE_QUALITY, Stage.LEVEL, level))(tell)(checked) for level in _LEVELS]
    choose(checked) >> told >> report(checked)


warehouse_quality()
