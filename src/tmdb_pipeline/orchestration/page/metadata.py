"""What Airflow's own database knows of the DAGs. It is only read."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final

from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from airflow.models.log import Log
from airflow.models.taskinstance import TaskInstance
from airflow.utils.session import create_session
from sqlalchemy import case, func, or_, select

from tmdb_pipeline import dags
from tmdb_pipeline.monitoring.audit.trail import UNDONE, Event
from tmdb_pipeline.page.facts.airflow import AirflowFacts, DagFacts, Duration
from tmdb_pipeline.page.facts.airflow import DagRun as Run

#: Events that are read, the latest ones.
MOST: Final = 500
#: When a run began. In ``airflow dags test`` it says that this was at the moment that it is for: its first task tells.
_BEGAN: Final = case(
    (
        or_(DagRun.start_date == DagRun.logical_date, DagRun.start_date == DagRun.run_after),
        select(func.min(TaskInstance.start_date))
        .where(TaskInstance.dag_id == DagRun.dag_id, TaskInstance.run_id == DagRun.run_id)
        .correlate(DagRun)
        .scalar_subquery(),
    ),
    else_=DagRun.start_date,
)


def airflow_facts(dag_ids: Collection[str], first: datetime) -> AirflowFacts:
    """What Airflow knows of these DAGs, in the order of the registry; how long loads took since a moment."""
    with create_session() as session:
        return AirflowFacts(tuple(_dags(session, dag_ids)), tuple(_loads(session, dag_ids, first)))


def custom_dag_ids() -> set[str]:
    """The DAGs of custom collections that Airflow knows, those that are gone included: their runs are on the lake."""
    with create_session() as session:
        return {dag_id for dag_id in session.scalars(select(DagModel.dag_id)) if dags.custom_name(dag_id)}


def airflow_events(first: datetime) -> list[Event]:
    """Airflow's event log since a moment, the latest first; what is no deed of anybody's is left out already."""
    wanted = select(Log).where(Log.dttm >= first, Log.event.not_in(UNDONE)).order_by(Log.dttm.desc()).limit(MOST)
    with create_session() as session:
        return [_event(each) for each in session.scalars(wanted)]


def _event(log: Any) -> Event:
    return Event(
        when=log.dttm,
        event=log.event,
        owner=log.owner,
        dag_id=log.dag_id,
        task_id=log.task_id,
        run_id=log.run_id,
        extra=log.extra,
    )


def _dags(session: Any, dag_ids: Collection[str]) -> Iterator[DagFacts]:
    known = {each.dag_id: each for each in session.scalars(select(DagModel).where(DagModel.dag_id.in_(dag_ids)))}
    for dag_id in [*(spec.id for spec in dags.EVERY), *sorted(filter(dags.custom_name, known))]:
        if (model := known.get(dag_id)) is None:
            continue
        latest = select(DagRun, _BEGAN).where(DagRun.dag_id == dag_id).order_by(DagRun.run_after.desc()).limit(1)
        paused = bool(model.is_paused)
        yield DagFacts(
            dag_id=dag_id,
            paused=paused,
            last=_run(session.execute(latest).first()),
            next_run=None if paused else model.next_dagrun_create_after,
        )


def _run(found: Any) -> Run | None:
    if found is None:
        return None
    run, began = found
    return Run(run_id=run.run_id, state=str(run.state), run_after=run.run_after, started=began, ended=run.end_date)


def _loads(session: Any, dag_ids: Collection[str], first: datetime) -> Iterator[Duration]:
    if dags.WAREHOUSE_LOAD.id not in dag_ids:
        return
    ended = select(_BEGAN, DagRun.end_date).where(
        DagRun.dag_id == dags.WAREHOUSE_LOAD.id,
        DagRun.state == "success",
        first <= _BEGAN,
        DagRun.end_date.is_not(None),
    )
    for began, end in session.execute(ended.order_by(_BEGAN)):
        yield Duration(began, (end - began).total_seconds())
