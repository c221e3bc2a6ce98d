"""# Features: what models are fed with

After each load of the warehouse, where machine learning is permitted: the features of the day, and the labels of the
day a week before, made of the daily collections in the lake. `docs/features.md` has the columns, and TMDB's terms.

| task | does | leaves behind |
|---|---|---|
| `build_features` | asks for the permission, then builds; publishes `tmdb_features` | `features/<view>/…` |

* **There is no such DAG** where `TMDB_BASE_URL` is TMDB's own address, as it is by default, and `TMDB_ML_PERMISSION`
  names nobody. That is decided by these two alone when the file is parsed: nothing is asked.
* **The permission itself** is asked for in the task: the address in force, also one of the Connection `tmdb_default`,
  has to say that it is a fake's, and each collection that it comes from there. Else the task fails at once, and says
  why.
* **Which days**: the run dates that have just been loaded. Triggered by hand: the run's own date.
* **Again**: the same collections make the same bytes. A day whose lists were collected after its end has no features;
  the task fails only where none of its days has any.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import FEATURES, Stage
from tmdb_pipeline.features.permission import may_exist
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import features_tasks
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


@dag(schedule=schedule(FEATURES), doc_md=__doc__, params=airflow_params(Params), **dag_arguments(FEATURES))
def features() -> None:
    """Collections -> features and labels."""

    @task(**task_arguments(FEATURES, Stage.BUILD))
    def build() -> dict[str, Any]:
        """Build what the loaded days make known, and publish the asset `tmdb_features`."""
        return features_tasks.build(TaskContext.current(Params))

    build()


if may_exist():
    features()
