"""What the task of ``tmdb_features`` does. Nothing that makes features is imported before it is permitted."""

import logging
from datetime import date

import msgspec
from airflow.sdk import get_current_context

from tmdb_pipeline.clock import SEOUL
from tmdb_pipeline.dags import FEATURES
from tmdb_pipeline.features.permission import require_permission
from tmdb_pipeline.orchestration.assets import asset_of, publish
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now
from tmdb_pipeline.settings import SettingsError

log = logging.getLogger(__name__)


def build(this: TaskContext[Params]) -> Handed:
    """Build the features of the days that were loaded, or of the run's own, and publish what was made.

    Returns:
        What was made: view, version, day and rows of each part.

    Raises:
        NotPermitted: features may not be made of these collections.
        SettingsError: an event does not say which days were loaded.
        NotObserved: none of the days has features.
        LakeError: the lake cannot be read or written.
    """
    days = _days(this)
    permission = require_permission(this.settings, ())
    from tmdb_pipeline.features import build as builds  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.features.errors import NotObserved  # noqa: PLC0415

    made, left = [], []
    for day in days:
        try:
            parts, reasons = builds.build(this.lake, day, today=now().astimezone(SEOUL).date(), permission=permission)
        except NotObserved as unknown:
            parts, reasons = [], [str(unknown)]
        made += parts
        left += reasons
    for reason in left:
        log.info("%s", reason)
    if not made:
        raise NotObserved(" ".join(left))
    told = [{"view": each.view, "version": each.version, "as_of": str(each.as_of), "rows": each.rows} for each in made]
    publish(asset_of(FEATURES.outlet), {"parts": told})
    return {"parts": told}


def _days(this: TaskContext[Params]) -> list[date]:
    """The days of the loads that have started this run, in order; else its own."""
    given = get_current_context().get("triggering_asset_events") or {}
    extras = [event.extra for events in given.values() for event in events]
    if not extras:
        return [this.run.day]
    try:
        return sorted({day for extra in extras for day in msgspec.convert(extra["run_dates"], list[date])})
    except (KeyError, msgspec.ValidationError) as error:
        raise SettingsError(
            f"An event of an asset does not say which days were loaded ({error}): send run_dates with it, or trigger "
            "this DAG by hand."
        ) from None
