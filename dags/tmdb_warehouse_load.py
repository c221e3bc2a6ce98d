"""# The warehouse: from files to tables

After each collection: what it has left on the lake goes into tables on Postgres that people query, with their
history. The Connection `tmdb_warehouse` (type `postgres`) says where they are and as whom to sign in; it never is
Airflow's own database. `tmdb-pipeline warehouse migrate` makes the tables.

| task | does | leaves behind |
|---|---|---|
| `extract_data` | finds the runs that are not loaded yet, and proves their files whole | nothing |
| `transform_data` | makes rows of accepted and rejected records | `processed/warehouse/<dag>/<date>.…`, till loaded |
| `load_data` | writes what differs, a transaction a run; publishes `tmdb_warehouse` | rows, and one in `load_ledger` |

* **Which runs**: those whose assets started this one, however many came together, those of custom collections too.
  Triggered by hand: the dates in the param `run_dates`, of all collections, or the run's own date.
* **Again**: a run that is loaded is passed over. A date that was collected anew replaces its rows; what they said
  before stays as history.
* **When a run cannot be loaded** (a file is missing, damaged or of another run, or its quality failed it), the others
  are, and `load_data` fails at once and says why. A warehouse that does not answer is tried three more times, five
  minutes apart.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import WAREHOUSE_LOAD, Stage
from tmdb_pipeline.orchestration import warehouse_tasks
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.custom.dags import published_beside
from tmdb_pipeline.orchestration.params import airflow_params
from tmdb_pipeline.orchestration.warehouse_tasks import LoadParams
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


@dag(
    schedule=schedule(WAREHOUSE_LOAD, also=published_beside(__file__)),
    doc_md=__doc__,
    params=airflow_params(LoadParams),
    **dag_arguments(WAREHOUSE_LOAD),
)
def warehouse_load() -> None:
    """Files of runs -> rows -> tables."""

    @task(**task_arguments(WAREHOUSE_LOAD, Stage.EXTRACT))
    def extract() -> dict[str, Any]:
        """Find the runs that are not loaded yet, and prove their files whole."""
        return warehouse_tasks.extract(TaskContext.current(LoadParams))

    @task(**task_arguments(WAREHOUSE_LOAD, Stage.TRANSFORM))
    def transform(extracted: dict[str, Any]) -> dict[str, Any]:
        """Stage the rows of each run on the lake."""
        return warehouse_tasks.transform(TaskContext.current(LoadParams), extracted)

    @task(**task_arguments(WAREHOUSE_LOAD, Stage.LOAD))
    def load(transformed: dict[str, Any]) -> dict[str, Any]:
        """Load what is staged, and publish the asset `tmdb_warehouse`."""
        return warehouse_tasks.load(TaskContext.current(LoadParams), transformed)

    load(transform(extract()))


warehouse_load()
