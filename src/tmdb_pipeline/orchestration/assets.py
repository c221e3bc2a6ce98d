"""The assets that the DAGs publish. Each event carries the run's metrics (``extra``), never movies."""

from collections.abc import Mapping
from typing import Any

from airflow.sdk import Asset, get_current_context

from tmdb_pipeline.dags import DagSpec


def asset_of(spec: DagSpec) -> Asset:
    """The asset that the last task of a DAG publishes."""
    return Asset(name=spec.asset.name, uri=spec.asset.uri, group="tmdb")


def publish(asset: Asset, metrics: Mapping[str, Any]) -> None:
    """Attach the run's metrics to the event that the running task sends for ``asset``, one of its outlets."""
    get_current_context()["outlet_events"][asset].extra.update(metrics)
