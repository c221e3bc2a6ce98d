"""# The model: what it says of each day

After the features of a day, where machine learning is permitted: the champion says of each movie on its lists whether
it will be in the popular list's first 100 in a week, and so does the challenger. A week later it is known what came,
and how good that was. `docs/model.md` says what the model is; TMDB's terms are in `docs/features.md`.

| task | does | leaves behind |
|---|---|---|
| `predict_popular_movies` | asks both of the days whose features were built | `models/popular_again/…` |
| `load_predictions` | loads what was said, and what came of it | rows in `tmdb.predictions` |
| `watch_model` | compares the last two weeks that are known with the days judged by | an alert while it has drifted |

* **There is no such DAG** where there is no `tmdb_features`. Each task asks for the permission itself; where there is
  none, it fails at once, and `tmdb.predictions` stays empty.
* **Without a champion** `predict_popular_movies` is skipped, and with it the rest. So it is where the only days are
  before that as of which the champion was trained: it may know what came.
* **Without a warehouse** `load_predictions` is skipped; what was said waits on the lake, and is loaded once there is
  one.
* **Again**: a day that was answered stays as it is, on the lake and in the table, also once another version is the
  champion; what came is filled in once.
* **Which days**: those whose features were built. Triggered by hand: the run's own date.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import PREDICTIONS, Stage
from tmdb_pipeline.features.permission import may_exist
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import prediction_tasks
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


@dag(schedule=schedule(PREDICTIONS), doc_md=__doc__, params=airflow_params(Params), **dag_arguments(PREDICTIONS))
def predictions() -> None:
    """Features -> predictions -> warehouse, and drift."""

    @task(**task_arguments(PREDICTIONS, Stage.PREDICT))
    def predict() -> dict[str, Any]:
        """Ask champion and challenger of the days whose features were built."""
        return prediction_tasks.predict(TaskContext.current(Params))

    @task(**task_arguments(PREDICTIONS, Stage.LOAD))
    def load() -> dict[str, Any]:
        """Load what was said, and what came."""
        return prediction_tasks.load(TaskContext.current(Params))

    @task(**task_arguments(PREDICTIONS, Stage.WATCH))
    def watch() -> dict[str, Any]:
        """Tell of a champion that has drifted."""
        return prediction_tasks.watch(TaskContext.current(Params))

    predict() >> [load(), watch()]


if may_exist():
    predictions()
