"""Telling of quality that is low, though good enough to go on with; and that it is no more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from tmdb_pipeline.alerts.alert import Alert, Kind
from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.orchestration.alerts.channels import Mail
from tmdb_pipeline.orchestration.alerts.links import run_link
from tmdb_pipeline.orchestration.alerts.telling import tell, tell_mended
from tmdb_pipeline.orchestration.alerts.wordings import Told, checks_warn, low_quality
from tmdb_pipeline.orchestration.context import TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.quality.gate import GateResult


def tell_quality(this: TaskContext[Any], result: GateResult) -> None:
    """Tell of the quality of a run of a collection that has not failed."""
    _tell(this, low_quality(_told(this), result, f"{this.lake.locate(result.report_html)}", _now()))


def tell_warehouse(this: TaskContext[Params], checked: Mapping[str, Any], *, mailed: bool = False) -> None:
    """Tell of what the checks of the warehouse found, unless it is an alarm: that fails the run, and is told then.

    By mail a warning is told by the report, which says more. Until that is ``mailed`` the alert waits: if it never is,
    the alert goes out by mail, too.
    """
    messages = checked["messages"]
    if not messages["alarm"]:
        how = {"told_by": [Mail.name]} if mailed else {"later": [Mail.name]}
        _tell(this, checks_warn(_told(this), messages["warning"], _now()), **how)


def _tell(this: TaskContext[Any], alert: Alert | None, **how: Collection[str]) -> None:
    """Tell what is to be warned of; if nothing is, that what was is over."""
    if alert is None:
        tell_mended(this.lake, this.settings, Kind.QUALITY_WARNED, this.run.dag_id, _now())
    else:
        tell(this.lake, this.settings, alert, **how)


def _told(this: TaskContext[Any]) -> Told:
    run = this.run
    return Told(run.dag_id, run.run_id, run.day, run_link(this.host or run.dag_id, run.run_id))


def _now() -> datetime:
    return datetime.now(SEOUL)
