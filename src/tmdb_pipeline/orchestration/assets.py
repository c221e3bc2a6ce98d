"""The assets that the DAGs publish. Each event carries the run's metrics (``extra``), never movies."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Asset, get_current_context

from tmdb_pipeline.dags import AssetSpec


def asset_of(spec: AssetSpec) -> Asset:
    """An asset of the registry as Airflow takes it."""
    return Asset(name=spec.name, uri=spec.uri, group="tmdb")


def publish(asset: Asset, metrics: Mapping[str, Any]) -> None:
    """Attach the run's metrics to the event that the running task sends for ``asset``, one of its outlets."""
    get_current_context()["outlet_events"][asset].extra.update(metrics)
