"""Runs of DAGs whose tasks are real processes: ``python -m e2e.monitoring_stack.real_tasks DATE DAG_ID ...``.

``dag.test()`` runs all tasks in its own process, where Airflow begins no span and closes no client. Here it plays the
scheduler alone, and each task is given to Airflow's own supervisor, which forks a process for it as an executor does.
Ends with status 1 if a run does not succeed.
"""

import sys
from datetime import datetime
from types import SimpleNamespace
from unittest import mock
from uuid import UUID

from airflow._shared.observability.metrics import stats
from airflow.configuration import conf
from airflow.dag_processing.dagbag import DagBag
from airflow.executors.workloads.base import BundleInfo
from airflow.models.taskinstance import TaskInstance
from airflow.observability.metrics.stats_utils import get_stats_factory
from airflow.sdk.execution_time import supervisor
from airflow.utils.session import create_session


def run_in_process_of_its_own(ti, task):  # pragma: no cover - of a process that is not measured, as below
    """What an executor does with a task; what came of it, as ``dag.test()`` asks for it."""
    with create_session() as session:
        ti.context_carrier = session.get(TaskInstance, UUID(str(ti.id))).context_carrier
    supervisor.supervise_task(
        ti=ti,
        bundle_info=BundleInfo(name="dags-folder", version=None),
        dag_rel_path=f"{ti.dag_id}.py",
        token="",
        client=supervisor.InProcessTestSupervisor._api_client(task.dag),
        log_path=f"{ti.dag_id}/{ti.task_id}.log",
    )
    with create_session() as session:
        state = session.get(TaskInstance, UUID(str(ti.id))).state
    return SimpleNamespace(ti=SimpleNamespace(state=state, task=task), msg=None, error=None)


def main(day, *dag_ids):  # pragma: no cover - the same
    """Run DAGs for a date one after the other; whether all of them succeeded."""
    stats.initialize(factory=get_stats_factory(), export_legacy_names=conf.getboolean("metrics", "legacy_names_on"))
    bag = DagBag(conf.get("core", "dags_folder"))
    with mock.patch.object(supervisor, "run_task_in_process", run_in_process_of_its_own):
        runs = [bag.dags[dag_id].test(logical_date=datetime.fromisoformat(day)) for dag_id in dag_ids]
    return all(str(run.state) == "success" for run in runs)


if __name__ == "__main__":  # pragma: no cover - the same
    sys.exit(not main(*sys.argv[1:]))
