"""The context of a running task: what every task needs, in types of this project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, Self, TypeAlias, TypeVar

from airflow.sdk import get_current_context

from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.orchestration.observing.task import observe
from tmdb_pipeline.orchestration.params import Params, read_params
from tmdb_pipeline.orchestration.run_date import run_date
from tmdb_pipeline.orchestration.task_settings import settings_in_force
from tmdb_pipeline.run import Run
from tmdb_pipeline.settings import Settings

P_co = TypeVar("P_co", bound=Params, covariant=True)
#: What one task hands to the next: JSON, and little of it.
Handed: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class TaskContext(Generic[P_co]):
    """What a task is given. Settings and lake are looked up when they are first needed, and once.

    Attributes:
        run: the run that the task belongs to.
        params: what was chosen for it.
        started: when the run of the DAG began, aware; None where Airflow only pretends to know.
        host: the DAG that the task runs in, where that is not the one by whose id the run's files are named.
    """

    run: Run
    params: P_co
    started: datetime | None
    host: str | None = None

    @classmethod
    def current(cls, params: type[P_co]) -> Self:
        """The context of the task that runs right now.

        Raises:
            SettingsError: the params do not fit together.
        """
        context: Mapping[str, Any] = get_current_context()
        dag_run = context["dag_run"]
        run = Run(dag_run.dag_id, dag_run.run_id, run_date(context))
        observe(run.dag_id)
        return cls(run, read_params(params, context["params"]), began(dag_run))

    @cached_property
    def settings(self) -> Settings:
        """The settings in force.

        Raises:
            SettingsError: a value cannot be used.
        """
        return settings_in_force()

    @cached_property
    def lake(self) -> Lake:
        """The lake at the data root.

        Raises:
            SettingsError: a value cannot be used.
            LakeError: the data root cannot be opened.
        """
        return Lake(self.settings.data_root)


def began(dag_run: Any) -> datetime | None:
    """When a run of a DAG began; None in ``dag.test()``, which says that it began at the moment that it is for."""
    started: datetime | None = dag_run.start_date
    return None if started in {dag_run.logical_date, dag_run.run_after} else started
