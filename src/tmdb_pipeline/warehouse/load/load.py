"""A staged run goes into the tables: whole, in one transaction, or not at all."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import psycopg
from psycopg import sql

from tmdb_pipeline.observability.spans import phase
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.load import statements
from tmdb_pipeline.warehouse.load.rows import MovieRow, QuarantineRow
from tmdb_pipeline.warehouse.load.run_files import RunFiles
from tmdb_pipeline.warehouse.load.staging import Staged
from tmdb_pipeline.warehouse.schema.shape import require_shape

#: What sorting and joining the rows of a run may take on the server, so that it needs no files for them.
_WORK_MEMORY = "SET LOCAL work_mem = '64MB'"


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a load did.

    Attributes:
        load_id: its row of ``load_ledger``; None where the run was there already, and nothing was written.
        replaced: whether an earlier run of the DAG and date was there.
        movies_unchanged: movies on the lists of the run whose row of ``movies`` stayed as it was.
    """

    load_id: int | None = None
    replaced: bool = False
    observations_added: int = 0
    observations_ended: int = 0
    movies_inserted: int = 0
    movies_updated: int = 0
    movies_unchanged: int = 0
    movies_deleted: int = 0


def already_loaded(connection: psycopg.Connection, source: RunFiles) -> bool:
    """Whether the tables hold these files of the run, and no other of its DAG and date."""
    return _held(connection, source) == source.checksum


def _held(connection: psycopg.Connection, source: RunFiles) -> str | None:
    """The checksum of the files of the run of this DAG and date that the tables hold, None where they hold none."""
    row = connection.execute(statements.LOADED, _run(source)).fetchone()
    return None if row is None else str(row[0])


def newest_collection(connection: psycopg.Connection, dag_id: str) -> float:
    """When the latest list of a DAG that is loaded was collected, in seconds since 1970; 0 where none is."""
    (newest,) = connection.execute(statements.NEWEST, {"dag_id": dag_id}).fetchone() or (0.0,)
    return float(newest)


def load(
    connection: psycopg.Connection,
    address: Address,
    staged: Staged,
    movies: Iterable[MovieRow],
    quarantine: Iterable[QuarantineRow],
    *,
    prove: Callable[[], None],
) -> Loaded:
    """Write the rows of a run, unless they are there.

    Of two loads at once the second waits for the first.

    Args:
        connection: from ``database.connected``.
        address: of it, for messages.
        staged: the header of the staged run.
        movies: its rows of movies, which are read only if they are needed.
        quarantine: its rows of rejected records, the same.
        prove: raises if the files of the run are others by now; it is called when no other load can come between.

    Raises:
        WrongSchema: the tables are of another version, or somebody has changed them.
        DamagedRun: the rows are not as they were staged, or ``prove`` says so.
        psycopg.Error: the database refuses, or is lost; ``database.connected`` puts that into words.
    """
    with connection.transaction():
        require_shape(connection, address)
        connection.execute(statements.LOCK)
        held = _held(connection, staged.source)
        if held == staged.source.checksum:
            return Loaded()
        prove()
        return _Load(connection, staged, replaces=held is not None).run(movies, quarantine)


class _Load:
    """A load, in its transaction."""

    def __init__(self, connection: psycopg.Connection, staged: Staged, *, replaces: bool) -> None:
        self._connection = connection
        self._replaces = replaces
        self._staged = staged
        self._run = _run(staged.source)

    def run(self, movies: Iterable[MovieRow], quarantine: Iterable[QuarantineRow]) -> Loaded:
        self._execute(_WORK_MEMORY)
        with phase("load.copy"):
            for statement in statements.TEMPORARY_TABLES.split(";"):
                self._execute(statement)
            self._copy(statements.COPY_MOVIES, statements.MOVIE_TYPES, movies)
            self._copy(statements.COPY_QUARANTINE, statements.QUARANTINE_TYPES, quarantine)
            self._execute(statements.ANALYZE_STAGED)
        self._run |= {"now": self._value(statements.NOW), "load_id": self._value(statements.LOAD_ID)}
        with phase("load.observations"):
            self._execute(statements.ADD_GENRES)
            self._execute(statements.INSERT_VERSIONS)
            self._execute(statements.NO_LOOPS)
            ended = self._execute(statements.END_OBSERVATIONS)
            self._execute(statements.LOOPS)
            added = self._execute(statements.ADD_OBSERVATIONS)
        with phase("load.movies"):
            inserted, updated, deleted = self._movies() if ended or added else (0, 0, 0)
            self._execute(statements.DELETE_GENRES)
        with phase("load.quality"):
            self._quality()
        loaded = Loaded(
            load_id=self._run["load_id"],
            replaced=self._replaces,
            observations_added=added,
            observations_ended=ended,
            movies_inserted=inserted,
            movies_updated=updated,
            movies_unchanged=self._value(statements.COUNT_UNCHANGED),
            movies_deleted=deleted,
        )
        self._ledger(loaded)
        return loaded

    def _movies(self) -> tuple[int, int, int]:
        """Bring ``movies`` and what hangs on it to what the observations say; how many came, changed and went."""
        self._execute(statements.ANALYZE_TOUCHED)
        inserted = self._value(statements.COUNT_NEW_MOVIES)
        grows = self._value(statements.GROWS, {"inserted": inserted})
        self._execute(statements.NO_LOOPS if grows else statements.LOOPS)
        written = self._execute(statements.MERGE_MOVIES)
        deleted = self._execute(statements.DELETE_MOVIES)
        self._execute(statements.DELETE_MOVIE_GENRES)
        self._execute(statements.ADD_MOVIE_GENRES)
        return inserted, written - inserted, deleted

    def _quality(self) -> None:
        """Bring the rows about the run, its lists and its rejected records to what its files say."""
        self._execute(statements.UPSERT_RUN, msgspec.structs.asdict(self._staged.run))
        rows = self._staged.collections
        self._execute(statements.DELETE_COLLECTIONS, {"sources": [row.source for row in rows]})
        for row in rows:
            self._execute(statements.UPSERT_COLLECTION, msgspec.structs.asdict(row))
        self._execute(statements.DELETE_QUARANTINED)
        self._execute(statements.ADD_QUARANTINED)

    def _ledger(self, loaded: Loaded) -> None:
        staged = self._staged
        counts = {"accepted": staged.accepted, "quarantined": staged.quarantined}
        counts["records"] = staged.accepted + staged.quarantined
        files = {"checksum": staged.source.checksum, "files": staged.source.files}
        self._execute(statements.ADD_TO_LEDGER, files | counts | msgspec.structs.asdict(loaded))

    def _copy(self, statement: str, types: Iterable[str], rows: Iterable[MovieRow] | Iterable[QuarantineRow]) -> None:
        """Copy rows into a temporary table."""
        with self._connection.cursor() as cursor, cursor.copy(sql.SQL(statement)) as copy:
            copy.set_types([*types])
            for row in rows:
                copy.write_row(msgspec.structs.astuple(row))

    def _execute(self, statement: str, values: dict[str, Any] | None = None) -> int:
        """Execute a statement; how many rows it wrote."""
        return self._connection.execute(statement, self._run | (values or {})).rowcount

    def _value(self, statement: str, values: dict[str, Any] | None = None) -> Any:
        (value,) = self._connection.execute(statement, self._run | (values or {})).fetchone() or (None,)
        return value


def _run(source: RunFiles) -> dict[str, Any]:
    return {"dag_id": source.dag_id, "run_date": source.run_date, "run_id": source.run_id}
