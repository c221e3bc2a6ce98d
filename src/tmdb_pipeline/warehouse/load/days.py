"""The load of runs by their dates: what the command and the tasks of the DAG do with each run."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from tmdb_pipeline.dags import COLLECTIONS, DagSpec, custom_name
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.observability.meter import count, gauge
from tmdb_pipeline.observability.metrics import COLLECTED_AT, ROWS
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected
from tmdb_pipeline.warehouse.errors import DamagedRun
from tmdb_pipeline.warehouse.load import run_files, staging
from tmdb_pipeline.warehouse.load.load import Loaded, already_loaded, newest_collection
from tmdb_pipeline.warehouse.load.load import load as load_staged
from tmdb_pipeline.warehouse.load.rows import MovieRow, QuarantineRow
from tmdb_pipeline.warehouse.load.run_files import RunFiles
from tmdb_pipeline.warehouse.load.transform import transform
from tmdb_pipeline.warehouse.schema.shape import require_shape


class Which(msgspec.Struct, frozen=True, order=True):
    """A run that is asked for: the DAG and the day. They are sorted by day."""

    run_date: date
    dag_id: str


class Verdict(StrEnum):
    """What came of a run that was asked for."""

    LOADED = "loaded"
    """It is in the tables since now."""
    REPLACED = "replaced"
    """It is in the tables since now, in the place of an earlier run of its DAG and day."""
    THERE = "there already"
    """It was in the tables before."""
    ABSENT = "not collected"
    """The lake has no run of that DAG and day."""
    REFUSED = "refused"
    """Its files cannot be loaded."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run; ``reason`` says why it was refused."""

    which: Which
    verdict: Verdict
    loaded: Loaded = Loaded()
    reason: str | None = None


def asked_for(first: date, last: date, specs: Iterable[DagSpec] = COLLECTIONS) -> list[Which]:
    """The runs of DAGs from one day to another, both included."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Which(day, spec.id) for day in days for spec in specs]


def custom_runs(lake: Lake, first: date, last: date) -> list[Which]:
    """The runs of custom collections that the lake has from one day to another, both included.

    Which collections there are is said by what they have left, not by their file: an entry may be gone by now.

    Raises:
        LakeError: the lake does not answer.
    """
    found = [each for name in lake.files(paths.REPORTS_FOLDER) if (each := paths.reported(name)) is not None]
    return [Which(day, spec.id) for spec, day in found if custom_name(spec.id) and first <= day <= last]


def extract(lake: Lake, address: Address, which: Which) -> RunFiles | Outcome:
    """The files of a run, proved whole, if they are to be loaded; else what came of it.

    Raises:
        WarehouseError: the warehouse cannot be used, see ``database.connected``; or its tables are not those of this
            version.
        LakeError: the lake does not answer.
    """
    try:
        files = run_files.find(lake, which.dag_id, which.run_date)
        if files is None:
            return Outcome(which=which, verdict=Verdict.ABSENT)
        with connected(address) as connection, connection.transaction():
            require_shape(connection, address)
            if already_loaded(connection, files):
                return Outcome(which=which, verdict=Verdict.THERE)
        run_files.prove(lake, files)
    except DamagedRun as error:
        return Outcome(which=which, verdict=Verdict.REFUSED, reason=str(error))
    return files


def load(lake: Lake, address: Address, header: str) -> Outcome:
    """Load a staged run; then it is removed from the lake.

    Args:
        lake: where it is.
        address: of the warehouse.
        header: where its header lies.

    Raises:
        WarehouseError: the warehouse cannot be used, see ``database.connected``; or its tables are not those of this
            version. Nothing was loaded.
        LakeError: the lake does not answer. Nothing was loaded.
    """
    staged = staging.read_header(lake, header)
    source = staged.source

    def prove() -> None:
        if run_files.checksum(lake, source.files) != source.checksum:
            raise DamagedRun(
                f"The run of {source.dag_id} for {source.run_date} was run again while it was being loaded: load it "
                "again. Nothing was loaded."
            )

    with connected(address) as connection:
        loaded = load_staged(
            connection,
            address,
            staged,
            staging.read_rows(lake, staged.movies, MovieRow),
            staging.read_rows(lake, staged.quarantine, QuarantineRow),
            prove=prove,
        )
        newest = newest_collection(connection, source.dag_id)
    _measure(loaded)
    gauge(COLLECTED_AT, newest, collection=source.dag_id)
    staging.remove(lake, staged)
    verdict = Verdict.REPLACED if loaded.replaced else Verdict.LOADED
    if loaded.load_id is None:
        verdict = Verdict.THERE
    return Outcome(which=Which(source.run_date, source.dag_id), verdict=verdict, loaded=loaded)


def _measure(loaded: Loaded) -> None:
    """Count the rows that a load has changed."""
    for change in ("inserted", "updated", "unchanged", "deleted"):
        count(ROWS, getattr(loaded, f"movies_{change}"), table="movies", change=change)
    count(ROWS, loaded.observations_added, table="movie_observations", change="inserted")
    count(ROWS, loaded.observations_ended, table="movie_observations", change="ended")


def load_run(lake: Lake, address: Address, which: Which) -> Outcome:
    """Extract, transform and load a run.

    Raises:
        WarehouseError, LakeError: as ``extract`` and ``load``.
    """
    found = extract(lake, address, which)
    if isinstance(found, Outcome):
        return found
    try:
        return load(lake, address, transform(lake, found))
    except DamagedRun as error:
        return Outcome(which=which, verdict=Verdict.REFUSED, reason=str(error))


def load_runs(lake: Lake, address: Address, asked: Iterable[Which]) -> Iterator[Outcome]:
    """The same for several, the earliest day first: what came of each, as it comes."""
    for which in sorted(asked):
        yield load_run(lake, address, which)
