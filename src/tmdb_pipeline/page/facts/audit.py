"""Who did what: Airflow's event log, which is handed in, and the log of operations on the lake."""

from collections.abc import Iterable
from datetime import date, timedelta

from tmdb_pipeline.lake.operations import Operation, noted
from tmdb_pipeline.monitoring.audit.trail import Deed, Event, trail
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.sources import Sources

#: Days that the trail goes back.
AUDIT_DAYS = 30


def first_audited(asked: Asked) -> date:
    """The first day of the trail."""
    return asked.today - timedelta(days=AUDIT_DAYS - 1)


def read_audit(sources: Sources, asked: Asked, events: Iterable[Event], who: str, dag_id: str | None) -> list[Deed]:
    """What people did in the last 30 days, the newest first; to DAGs only to those that the reader may know of.

    Args:
        sources: what is read.
        asked: who asks.
        events: of Airflow.
        who: a part of the name of whoever did it.
        dag_id: the DAG that it was done to; None for all, and what was done to none.
    """
    operations: list[Operation] = []
    with sources.going_without():
        if sources.lake:
            operations = noted(sources.lake, first_audited(asked), asked.today)
    deeds = trail(events, operations, who=who, dag=dag_id or "")
    return [deed for deed in deeds if deed.dag_id is None or deed.dag_id in asked.dag_ids]
