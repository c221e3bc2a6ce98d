"""How the platform is: its services, its DAGs with their last and next runs, and its open alerts."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tmdb_pipeline.alerts.ledger import Kept, Ledger
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.ops.airflow_api.client import AirflowApi
from tmdb_pipeline.ops.airflow_api.documents import Dag, Run, Task
from tmdb_pipeline.ops.compose.services import Service, Verdict
from tmdb_pipeline.ops.dag_names import in_order, short_name
from tmdb_pipeline.ops.errors import OpsError
from tmdb_pipeline.ops.place import Place

#: Runs of a DAG that its own page shows.
RUNS_SHOWN = 5
#: How a container is asked.
INSIDE = ("python", "-m", "tmdb_pipeline.ops.inside")


class ServiceStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A service, and what it says itself of why it is not well."""

    service: Service
    why: str = ""


class DagStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A DAG, as people ask for it.

    Attributes:
        name: what the command line calls it.
        runs: its latest ones, the newest first.
        succeeded_at: when a run last succeeded; None where none ever did. So old is what it has made.
        tasks: of its latest run, where it alone was asked for.
    """

    name: str
    dag_id: str
    display_name: str
    is_paused: bool
    runs: Sequence[Run]
    succeeded_at: datetime | None
    next_run: datetime | None
    tasks: Sequence[Task] = ()


class AlertStatus(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that is open."""

    kind: str
    subject: str
    raised_at: datetime
    cause: str
    advice: str
    dag_id: str | None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All of it.

    Attributes:
        at: when it was looked at, in Seoul.
        services: None where the stack is on another machine.
        alerts: None where nobody could be asked for them.
        wrong: what could not be found out, in sentences.
    """

    at: datetime
    services: Sequence[ServiceStatus] | None
    dags: Sequence[DagStatus]
    alerts: Sequence[AlertStatus] | None
    wrong: Sequence[str] = ()

    @property
    def is_well(self) -> bool:
        """Whether all services are well, and everybody could be asked."""
        return not self.wrong and all(each.service.verdict is Verdict.WELL for each in self.services or ())


def service_states(place: Place) -> list[ServiceStatus]:
    """Every service, with why it is not well.

    Raises:
        OpsError: Docker cannot be asked.
    """
    told = []
    for service in place.stack.services():
        has_a_say = service.verdict in {Verdict.UNWELL, Verdict.STARTING} and service.state != "running"
        why = place.stack.why_not_well(service) if has_a_say or service.health == "unhealthy" else ""
        told.append(ServiceStatus(service=service, why=why))
    return told


def dag_states(api: AirflowApi, dags: Sequence[Dag], *, alone: bool = False) -> list[DagStatus]:
    """DAGs with their runs; with the tasks of the latest run where one is asked for alone.

    Raises:
        AirflowError: Airflow cannot be asked.
    """
    return [_dag_state(api, dag, alone=alone) for dag in dags]


def open_alerts(place: Place) -> list[AlertStatus] | None:
    """The alerts that are open, by this machine's data root or else by the scheduler; None where neither is there.

    Raises:
        OpsError: the scheduler cannot be asked.
        LakeError: the data root cannot be read.
    """
    if place.data_root:
        found = Ledger(Lake(place.data_root)).open()
    elif place.is_elsewhere:
        return None
    else:
        found = msgspec.json.decode(place.stack.inside("scheduler", *INSIDE, "alerts"), type=list[Kept])
    return [_alert(kept) for kept in found]


def look(place: Place, dag: Dag | None, now: datetime) -> Overview:
    """Look at all of it, as far as somebody answers.

    Args:
        place: which stack, which Airflow.
        dag: the one that is asked for alone.
        now: aware.

    Raises:
        NoStack: there is no stack.
        NoEngine: Docker cannot be used.
        SettingsError: the environment is wrong.
    """
    services = None if place.is_elsewhere else service_states(place)
    wrong: list[str] = []
    dags: list[DagStatus] = []
    alerts: list[AlertStatus] | None = None
    up = {each.service.name: each.service.verdict for each in services or () if each.service.is_up}
    if services is None or "api-server" in up:
        try:
            dags = dag_states(
                place.api, [dag] if dag else sorted(place.api.dags(), key=in_order), alone=dag is not None
            )
        except OpsError as error:
            if up.get("api-server") is not Verdict.STARTING:  # which is said already
                wrong.append(str(error))
    if services is None or place.data_root or "scheduler" in up:
        try:
            alerts = open_alerts(place)
        except (OpsError, msgspec.MsgspecError) as error:
            wrong.append(f"The alerts cannot be read: {error}")
    if dag and alerts:
        alerts = [alert for alert in alerts if alert.dag_id == dag.dag_id]
    return Overview(at=now.astimezone(SEOUL), services=services, dags=dags, alerts=alerts, wrong=wrong)


def _dag_state(api: AirflowApi, dag: Dag, *, alone: bool) -> DagStatus:
    runs = api.runs(dag.dag_id, limit=RUNS_SHOWN if alone else 1)
    if runs and runs[0].state == "success":
        succeeded_at = runs[0].end_date
    else:
        good = api.runs(dag.dag_id, limit=1, order_by="-end_date", state="success")
        succeeded_at = good[0].end_date if good else None
    return DagStatus(
        name=short_name(dag.dag_id),
        dag_id=dag.dag_id,
        display_name=dag.dag_display_name,
        is_paused=dag.is_paused,
        runs=runs,
        succeeded_at=succeeded_at,
        next_run=None if dag.is_paused else dag.next_dagrun_run_after,
        tasks=api.tasks(dag.dag_id, runs[0].run_id) if alone and runs else (),
    )


def _alert(kept: Kept) -> AlertStatus:
    alert = kept.alert
    return AlertStatus(
        kind=alert.kind,
        subject=alert.subject,
        raised_at=alert.raised_at,
        cause=alert.cause.en,
        advice=alert.advice.en,
        dag_id=alert.dag_id,
    )
