"""The tasks of ``tmdb_popularity_history``: what Airflow knows turned into arguments of the stages, and back."""

import logging
from datetime import date
from typing import Any

import msgspec
from airflow.sdk.exceptions import AirflowSkipException

from tmdb_pipeline.extract.popularity_export.collect import collect_export
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.exports.export_file import exports_held, read_export
from tmdb_pipeline.observability.meter import count
from tmdb_pipeline.observability.metrics import ROWS
from tmdb_pipeline.observability.resources import measure_disk
from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.orchestration.context import Handed, TaskContext
from tmdb_pipeline.orchestration.observing.lineage import POPULARITY_TABLES, Lineage
from tmdb_pipeline.orchestration.params import Params
from tmdb_pipeline.orchestration.tasks import now
from tmdb_pipeline.orchestration.warehouse_address import warehouse_address

log = logging.getLogger(__name__)


def extract(this: TaskContext[Params], *, again: bool) -> Handed:
    """Fetch the export of the run date into the lake.

    Raises:
        TmdbError: it is not there, or could not be had; see ``collect_export``.
        ExportUnusable: it came, and is not what it claims to be.
        LakeError: the data root cannot be read or written.
    """
    from tmdb_pipeline.tmdb.exports.client import ExportClient  # noqa: PLC0415 - brings requests

    with phase("extract_export"), ExportClient(this.settings) as client:
        made = collect_export(client, this.lake, this.run.day, again=again)
    Lineage(this.settings.data_root).made(made.file)
    info = made.info
    return {
        "file": made.file,
        "day": info.day.isoformat(),
        "new": made.was_written,
        "movies": info.movies,
        "lines": info.lines,
        "odd_lines": info.odd_lines,
        "repeated_lines": info.repeated_lines,
    }


def load(this: TaskContext[Params], extracted: Handed) -> Handed:
    """Load the export of the run date, and earlier ones for movies that became known since.

    Raises:
        AirflowSkipException: there is no warehouse.
        WarehouseError: see ``database.connected``; what was loaded before stays.
        LakeError: an export is damaged.
    """
    from tmdb_pipeline.warehouse.database import connected  # noqa: PLC0415 - brings psycopg
    from tmdb_pipeline.warehouse.errors import NoWarehouse  # noqa: PLC0415 - as above
    from tmdb_pipeline.warehouse.popularity.load import days_to_load, load_popularity  # noqa: PLC0415 - as above

    try:
        address = warehouse_address()
    except NoWarehouse as error:
        log.warning("The export is kept, and nothing is loaded. %s", error)
        raise AirflowSkipException from None
    with connected(address) as connection:
        today = date.fromisoformat(extracted["day"])
        days = sorted({today, *days_to_load(connection, exports_held(this.lake))})
        with phase("load_popularity"):
            loads = [load_popularity(connection, address, read_export(this.lake, day), now()) for day in days]
    for change in ("inserted", "updated", "deleted"):
        count(ROWS, sum(getattr(load, change) for load in loads), table="movie_popularity", change=change)
    measure_disk(this.settings.data_root)
    lineage = Lineage(this.settings.data_root)
    lineage.read(*(paths.export_file(day) for day in days))
    lineage.loaded(address, POPULARITY_TABLES)
    plain: list[dict[str, Any]] = msgspec.to_builtins(loads)
    return {"days": plain}
