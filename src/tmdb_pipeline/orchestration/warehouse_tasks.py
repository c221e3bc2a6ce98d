"""What the tasks of ``tmdb_warehouse_load`` do. Between them go paths and checksums, never rows.

What reaches the database is imported in the tasks, which no parse needs.
"""

import logging
from datetime import date
from typing import Annotated, Any

import msgspec
from airflow.sdk import get_current_context
from msgspec import Meta

from tmdb_pipeline.dags import COLLECTIONS, WAREHOUSE_LOAD
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.orchestration.assets import asset_of, publish
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.observing.lineage import LOADED_TABLES, Lineage
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import DamagedRun

log = logging.getLogger(__name__)


class LoadParams(Params, frozen=True, kw_only=True):
    """What a run may choose that no asset has started."""

    run_dates: Annotated[
        list[date], Meta(description="Run dates to load; none for what started the run, or for its own date")
    ] = msgspec.field(default_factory=list)


def extract(this: TaskContext[LoadParams]) -> Handed:
    """Find the runs that are asked for and not in the warehouse yet, and prove their files whole.

    Asked for are the runs whose assets have started this one, however many; else the dates of the param, of all
    collections; else the run's own date. Where an asset says that a run has ended, its files have to be there.

    Returns:
        The files of each run to load, the earliest first, and why others cannot be.

    Raises:
        SettingsError: an event does not say of which run it is.
        WarehouseError: the warehouse cannot be used.
        LakeError: the lake does not answer.
    """
    from tmdb_pipeline.warehouse.load import days  # noqa: PLC0415 - as the module says

    events = _events()
    asked = events or _by_hand(this)
    address = warehouse_address()
    runs, refused = [], []
    for which in sorted(asked):
        with phase("extract", run_date=which.run_date.isoformat()):
            found = days.extract(this.lake, address, which)
        if not isinstance(found, days.Outcome):
            runs.append(msgspec.to_builtins(found))
            continue
        log.info("%s of %s: %s", which.dag_id, which.run_date, found.verdict)
        if found.verdict is days.Verdict.REFUSED:
            refused.append(found.reason)
        elif found.verdict is days.Verdict.ABSENT and events:
            refused.append(f"The run of {which.dag_id} for {which.run_date} has ended, and its report is not there.")
    return {"runs": runs, "refused": refused}


def transform(this: TaskContext[LoadParams], extracted: Handed) -> Handed:
    """Stage the rows of each run.

    Returns:
        Where the header of each lies, in the same order, and why runs cannot be loaded.

    Raises:
        LakeError: the lake does not answer, or cannot be written.
    """
    from tmdb_pipeline.warehouse.load.run_files import RunFiles  # noqa: PLC0415 - as the module says
    from tmdb_pipeline.warehouse.load.transform import transform as staged  # noqa: PLC0415

    headers, refused = [], [*extracted["refused"]]
    for run in extracted["runs"]:
        try:
            with phase("transform", run_date=run["run_date"]):
                headers.append(staged(this.lake, msgspec.convert(run, RunFiles)))
        except DamagedRun as error:
            refused.append(str(error))
    return {"staged": headers, "refused": refused}


def load(this: TaskContext[LoadParams], transformed: Handed) -> Handed:
    """Load what is staged, a transaction a run, and publish it.

    Raises:
        DamagedRun: some runs cannot be loaded. Those that can be are.
        WarehouseError: the warehouse cannot be used.
        LakeError: the lake does not answer.
    """
    from tmdb_pipeline.warehouse.load import days, staging  # noqa: PLC0415 - as the module says

    address = warehouse_address()
    outcomes, refused = [], [*transformed["refused"]]
    lineage = Lineage(this.settings.data_root)
    for header in transformed["staged"]:
        try:
            files = staging.read_header(this.lake, header).source.files  # the header is gone once it is loaded
            with phase("load", header=header):
                outcomes.append(days.load(this.lake, address, header))
        except DamagedRun as error:
            refused.append(str(error))
        else:
            log.info("%s", outcomes[-1])
            lineage.read(*files)
            lineage.loaded(address, LOADED_TABLES)
    if refused:
        raise DamagedRun(f"{len(refused)} of {len(refused) + len(outcomes)} runs are not loaded. {' '.join(refused)}")
    metrics = {
        "run_dates": sorted({outcome.which.run_date.isoformat() for outcome in outcomes}),
        "load_ids": [outcome.loaded.load_id for outcome in outcomes if outcome.loaded.load_id is not None],
        **{
            f"movies_{what}": sum(getattr(outcome.loaded, f"movies_{what}") for outcome in outcomes)
            for what in ("inserted", "updated", "unchanged", "deleted")
        },
    }
    publish(asset_of(WAREHOUSE_LOAD.outlet), metrics)
    return metrics


def _by_hand(this: TaskContext[LoadParams]) -> set[Any]:
    """The runs of the dates that were given, or of the run's own: of our collections, and of custom ones."""
    from tmdb_pipeline.warehouse.load import days  # noqa: PLC0415 - as the module says

    dates = this.params.run_dates or [this.run.day]
    ours = {days.Which(day, spec.id) for day in dates for spec in COLLECTIONS}
    return ours.union(*(days.custom_runs(this.lake, day, day) for day in dates))


def _events() -> set[Any]:
    """The runs whose events have started this one: Airflow brings several together, in any order."""
    from tmdb_pipeline.warehouse.load.days import Which  # noqa: PLC0415 - as the module says

    given = get_current_context().get("triggering_asset_events") or {}
    extras = [event.extra for events in given.values() for event in events]
    try:
        return {msgspec.convert({key: extra[key] for key in ("dag_id", "run_date")}, Which) for extra in extras}
    except (KeyError, msgspec.ValidationError) as error:
        raise SettingsError(
            f"An event of an asset does not say of which run it is ({error}): send dag_id and run_date with it, or "
            "trigger this DAG with run_dates."
        ) from None
