"""Who may see the page: whoever may read runs of the first collection, and of each DAG only who may read that.

Airflow protects no route of a plugin by itself.
"""

from typing import Any, Final

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.resource_details import DagAccessEntity, DagDetails
from airflow.api_fastapi.core_api.security import GetUserDep, requires_access_dag

from tmdb_pipeline import dags
from tmdb_pipeline.orchestration.page.metadata import custom_dag_ids

__all__ = ["AUDITOR", "READER", "GetUserDep", "may_audit", "readable"]

#: The dependency of each route: without login 401, without the right 403.
READER: Final = requires_access_dag("GET", DagAccessEntity.RUN, param_dag_id=dags.DAILY.id)
#: The same for who may read the audit log.
AUDITOR: Final = requires_access_dag("GET", DagAccessEntity.AUDIT_LOG, param_dag_id=dags.DAILY.id)


def may_audit(user: Any) -> bool:
    """Whether a user may read the audit log."""
    log, details = DagAccessEntity.AUDIT_LOG, DagDetails(id=dags.DAILY.id)
    return get_auth_manager().is_authorized_dag(method="GET", user=user, access_entity=log, details=details)


def readable(user: Any) -> frozenset[str]:
    """The DAGs of this project that a user may read."""
    ours = {spec.id for spec in dags.EVERY} | custom_dag_ids()
    return frozenset(get_auth_manager().filter_authorized_dag_ids(dag_ids=ours, user=user, method="GET"))
