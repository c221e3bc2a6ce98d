"""# The model: trained, judged, deployed

On Sundays, behind the collections of the day, where machine learning is permitted: a model of which movies stay
popular. `docs/model.md` says what it is, how it is judged, and where it is kept; TMDB's terms are in
`docs/features.md`.

| task | does | leaves behind |
|---|---|---|
| `data_preprocessing` | builds the features that are missing, tries them for leaks | `features/<view>/…` |
| `model_training` | trains | `models/popular_again/<version>/model.json` |
| `model_evaluation` | judges by the gate, keeps the version | its evaluation, card and manifest |
| `choose_deployment` | chooses by the verdict | nothing |
| `model_deployment` | lets the version answer: the first as champion, a later one beside it | `champion.json` |
| `keep_champion` | tells in the log why the gate refused it | nothing |

* **There is no such DAG** where there is no `tmdb_features`. Each task asks for the permission itself, before anything
  that learns is imported; where there is none, it fails at once, and says why.
* **In the first weeks**, while fewer than 28 days have labels and no version is kept, `data_preprocessing` is skipped,
  and with it the rest; its log says how many days there are. Later that is a failure, as more than a tenth of the days
  missing is always: at once, for trying again brings no day back.
* **A version that the gate refuses** is no failure: it is kept with the reasons, and the champion stays.
* **Which day**: the run's own, in Seoul.
* **Again**, or killed between or in tasks: the same features make the same bytes and so the same version, which is
  listed once its last file is there, and a verdict once given stays.
* **By hand**: `airflow dags test tmdb_model_pipeline`; `tmdb-pipeline model promote` makes a challenger the champion.
"""

from typing import Any

from airflow.sdk import dag, task

from tmdb_pipeline.dags import MODEL, Stage
from tmdb_pipeline.features.permission import may_exist
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.ml import model_tasks
from tmdb_pipeline.orchestration.params import Params, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments


@dag(schedule=schedule(MODEL), doc_md=__doc__, params=airflow_params(Params), **dag_arguments(MODEL))
def model() -> None:
    """Features -> model -> verdict -> deployed, or not."""

    @task(**task_arguments(MODEL, Stage.PREPARE))
    def prepare() -> dict[str, Any]:
        """Build what is missing, try it for leaks, and say what can be trained on."""
        return model_tasks.prepare(TaskContext.current(Params))

    @task(**task_arguments(MODEL, Stage.TRAIN))
    def train(prepared: dict[str, Any]) -> dict[str, Any]:
        """Train on what is prepared."""
        return model_tasks.train(TaskContext.current(Params), prepared)

    @task(**task_arguments(MODEL, Stage.EVALUATE))
    def evaluate(candidate: dict[str, Any]) -> dict[str, Any]:
        """Judge what was trained, and keep it."""
        return model_tasks.evaluate(TaskContext.current(Params), candidate)

    @task.branch(**task_arguments(MODEL, Stage.CHOOSE))
    def choose(verdict: dict[str, Any]) -> str:
        """Choose the task by the verdict."""
        return model_tasks.choose(verdict)

    @task(**task_arguments(MODEL, Stage.DEPLOY))
    def deploy(verdict: dict[str, Any]) -> dict[str, Any]:
        """Let the version answer."""
        return model_tasks.deploy(TaskContext.current(Params), verdict)

    @task(**task_arguments(MODEL, Stage.KEEP))
    def keep(verdict: dict[str, Any]) -> None:
        """Tell why nothing is deployed."""
        model_tasks.keep(verdict)

    verdict = evaluate(train(prepare()))
    choose(verdict) >> [deploy(verdict), keep(verdict)]


if may_exist():
    model()
