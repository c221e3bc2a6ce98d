"""The alerts that the reader may know of."""

from datetime import timedelta

from tmdb_pipeline.alerts.ledger import Kept, Ledger
from tmdb_pipeline.page.asked import Asked
from tmdb_pipeline.page.facts.sources import Sources

#: Days that the list of alerts goes back.
ALERT_DAYS = 30


def open_alerts(sources: Sources, asked: Asked) -> list[Kept]:
    """What is open, the latest first."""
    with sources.going_without():
        if sources.lake:
            return [kept for kept in Ledger(sources.lake).open() if _may_be_told(kept, asked)]
    return []


def mended_alerts(sources: Sources, asked: Asked) -> list[Kept]:
    """What was raised in the last 30 days and is over, the latest first."""
    with sources.going_without():
        if sources.lake:
            first = asked.today - timedelta(days=ALERT_DAYS - 1)
            recent = Ledger(sources.lake).between(first, asked.today)
            return [kept for kept in recent if kept.mended_at and _may_be_told(kept, asked)]
    return []


def _may_be_told(kept: Kept, asked: Asked) -> bool:
    """Whether it is about no DAG, or about one that the reader may know of."""
    return kept.alert.dag_id is None or kept.alert.dag_id in asked.dag_ids
