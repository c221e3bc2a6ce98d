"""An operator for DAGs of others: a list of TMDB, or a query, collected, judged and summarised in one task."""

from collections.abc import Mapping, Sequence
from typing import Any

from airflow.sdk import Asset, BaseOperator

from tmdb_pipeline.custom.collection import CustomCollection, described
from tmdb_pipeline.custom.wrong import Wrong
from tmdb_pipeline.dags import POOL
from tmdb_pipeline.extract import sources
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.context import TaskContext, began
from tmdb_pipeline.orchestration.custom.dags import CustomParams
from tmdb_pipeline.orchestration.observing.task import observe
from tmdb_pipeline.orchestration.retry_policy import TmdbRetryPolicy
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import SettingsError


class TmdbCollectOperator(BaseOperator):
    """Collects what an entry of ``custom_collections.yaml`` would, for a DAG that somebody has written.

    Its files are those of the custom collection ``name``, ``tmdb_custom_<name>``: pages, movies, report, quarantine and
    summary, which the warehouse loads with the others. A try after one that was killed asks only for the pages that are
    not kept. Key, language and data root are those of the Connection ``tmdb_default``, or the environment.

    It runs in the pool ``tmdb_api``, unless another is given; where it is mapped, give the pool to ``partial``.
    Assets in ``outlets`` get the run and its metrics with their events.

    Args:
        name: up to 40 of a to z, 0 to 9 and _, a letter first; of tasks that may run at once each needs its own.
        discover: parameters of ``/discover/movie``.
        tmdb_list: one of ``popular``, ``top_rated``, ``now_playing``, ``upcoming``, ``trending_day`` and
            ``trending_week`` in their place.
        pages: how many to ask for, 1 to 500, of 20 movies each.
        thresholds: ``warn_below_percent``, ``fail_below_percent`` and ``adult_movies``.
        kwargs: those of every operator.

    Raises SettingsError, when it runs, where TMDB would ignore what is said, and what the tasks of a collection raise.
    """

    template_fields: Sequence[str] = ("name", "discover", "tmdb_list", "pages", "thresholds")
    ui_color = "#e6f2ef"

    def __init__(
        self,
        *,
        name: str,
        discover: Mapping[str, Any] | None = None,
        tmdb_list: str | None = None,
        pages: int | str = 5,
        thresholds: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("pool", POOL.name)
        super().__init__(**kwargs)
        self.name = name
        self.discover = discover
        self.tmdb_list = tmdb_list
        self.pages = pages
        self.thresholds = thresholds
        self.retry_policy = self.retry_policy or TmdbRetryPolicy(self.retry_delay)

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Collect, validate and summarise; what the summary says, and its path, goes to XCom."""
        collection = self._collection()
        judged = collection.thresholds
        dag_run = context["dag_run"]
        observe(dag_run.dag_id)
        this = TaskContext(
            run=Run(collection.spec.id, dag_run.run_id, run_date(context)),
            params=CustomParams(
                pages=collection.pages,
                warn_below_percent=judged.warn_below_percent,
                fail_below_percent=judged.fail_below_percent,
                adult_movies=judged.adult_movies,
            ),
            started=began(dag_run),
            host=dag_run.dag_id,
        )
        collected = tasks.collect(this, sources.custom(this.run, collection, collection.pages))
        quality = tasks.validate(this, [collected])
        assets = [outlet for outlet in self.outlets if isinstance(outlet, Asset)]
        return tasks.published(this.run, tasks.summarize_collection(this, quality), assets)

    def _collection(self) -> CustomCollection:
        try:
            return described(
                self.name,
                discover=self.discover,
                list=self.tmdb_list,
                pages=self.pages,
                thresholds=self.thresholds,
            )
        except Wrong as wrong:
            raise SettingsError(f"The task {self.task_id} cannot collect: {wrong}") from None
