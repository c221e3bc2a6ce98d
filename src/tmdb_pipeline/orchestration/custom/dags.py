"""A DAG for each entry of ``custom_collections.yaml`` that is switched on.

Airflow drops all DAGs of a file in which anything raises, and no longer schedules those that it knew (3.3.2). So the
file that makes the DAGs never raises, and what is wrong is said by another file, which has no DAGs to lose.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from airflow.sdk import DAG, dag, get_parsing_context, task

from tmdb_pipeline import dags
from tmdb_pipeline.custom.collection import CustomCollection
from tmdb_pipeline.custom.file import Fault, beside
from tmdb_pipeline.dags import AssetSpec, DagSpec, Stage
from tmdb_pipeline.extract import sources
from tmdb_pipeline.orchestration import tasks
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.custom.page import render_page
from tmdb_pipeline.orchestration.params import Pages, QualityParams, airflow_params
from tmdb_pipeline.orchestration.wiring import dag_arguments, schedule, task_arguments

#: What retries may take.
_LATE: Final = timedelta(hours=2)


class CustomParams(QualityParams, frozen=True, kw_only=True):
    """What a run of a custom collection may choose. The defaults are those of its entry."""

    pages: Pages = 5


class FaultyCollections(Exception):
    """Entries of the file cannot be used; a line for each says where and why."""


def dags_beside(dag_file: str) -> list[DAG]:
    """The DAGs of the file beside a DAG file; in the process of a task its own alone, which is all that it needs.

    Args:
        dag_file: the ``__file__`` of the DAG file.
    """
    only = get_parsing_context().dag_id
    return [make(each, dag_file) for each in beside(dag_file).enabled if only in {None, each.spec.id}]


def published_beside(dag_file: str) -> list[AssetSpec]:
    """The assets that the DAGs of the file beside a DAG file publish."""
    return [each.spec.outlet for each in beside(dag_file).enabled]


def pauses_beside(dag_file: str) -> dict[DagSpec, timedelta]:
    """The DAGs of the file beside a DAG file, and how long each may go without success: from one run to the next."""
    moment = tasks.now()
    return {each.spec: each.longest_pause(moment) + _LATE for each in beside(dag_file).enabled}


def faults_beside(dag_file: str) -> Sequence[Fault]:
    """What is wrong in the file beside a DAG file."""
    return beside(dag_file).faults


def refuse_faults(dag_file: str) -> None:
    """Say what is wrong in the file beside a DAG file, for Airflow's UI to show it as an import error.

    Raises:
        FaultyCollections: something is.
    """
    faults = beside(dag_file).faults
    if faults:
        many = f"{len(faults)} entries are" if len(faults) > 1 else "1 entry is"
        told = "\n".join(map(str, faults))
        raise FaultyCollections(f"{many} left out until this is mended; all other collections run.\n{told}")


def make(collection: CustomCollection, dag_file: str) -> DAG:
    """The DAG of an entry, of the file ``dag_file``."""
    spec = collection.spec
    dags.enter(spec)
    chosen = {
        "pages": collection.pages,
        "warn_below_percent": collection.thresholds.warn_below_percent,
        "fail_below_percent": collection.thresholds.fail_below_percent,
        "adult_movies": collection.thresholds.adult_movies,
    }

    @dag(
        schedule=schedule(spec),
        doc_md=render_page(collection),
        params=airflow_params(CustomParams, **chosen),
        **dag_arguments(spec),
    )
    def custom_collection() -> None:
        """What the entry asks for -> validation -> summary."""

        @task(**task_arguments(spec, Stage.COLLECT, collection.id))  # type: ignore[untyped-decorator]
        def collect() -> dict[str, Any]:
            """Collect `pages` pages of what the entry asks for, 20 movies a page."""
            this = TaskContext.current(CustomParams)
            return tasks.collect(this, sources.custom(this.run, collection, this.params.pages))

        @task(**task_arguments(spec, Stage.VALIDATE))  # type: ignore[untyped-decorator]
        def validation(collected: dict[str, Any]) -> dict[str, Any]:
            """Validate what was collected; write the report and the quarantine; warn or fail below the thresholds."""
            return tasks.validate(TaskContext.current(CustomParams), [collected])

        @task(**task_arguments(spec, Stage.SUMMARIZE))  # type: ignore[untyped-decorator]
        def summary(quality: dict[str, Any]) -> dict[str, Any]:
            """Write the summary of the run and publish the asset of the collection with it."""
            this = TaskContext.current(CustomParams)
            return tasks.published(this.run, tasks.summarize_collection(this, quality))

        summary(validation(collect()))

    made: DAG = custom_collection()
    made.fileloc = dag_file  # Airflow takes the module that has called @dag
    return made
