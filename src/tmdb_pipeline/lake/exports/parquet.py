"""Parquet, written and read by DuckDB on one thread, so that the same rows are the same bytes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.exports.info import ExportInfo
from tmdb_pipeline.lake.exports.temporary import temporary_folder, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    import duckdb
    from numpy import float64, int64
    from numpy.typing import NDArray

#: About so many rows are written, and read, at once: a row group of the file.
_ROWS_AT_ONCE = 122_880
#: On one thread for the order, and without a look for extensions in the network: Parquet is built in.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class NotAnExport(ValueError):
    """Bytes are no Parquet file of ours; the message says why."""


class Batch(NamedTuple):
    """Some movies of an export, by rising id: ids, and the popularity of each."""

    ids: NDArray[int64]
    popularity: NDArray[float64]


def require_library() -> None:
    """Make sure that what reads and writes Parquet is installed.

    Raises:
        LakeError: it is not.
    """
    try:
        import duckdb  # noqa: F401, PLC0415 - 68 MB that only exports need
        import numpy as np  # noqa: F401, PLC0415 - as above
    except ImportError as error:
        raise LakeError(
            "Exports are kept as Parquet, for which a package is missing: pip install 'tmdb-pipeline[exports]'."
        ) from error


def write(ranges: Iterable[dict[str, Any]], info: Callable[[], ExportInfo], folder: Path) -> bytes:
    """A Parquet file of an export.

    Args:
        ranges: the columns of the rows, some at a time, in the order of the file.
        info: what goes into the footer; called once all rows have been had.
        folder: a temporary one.

    Raises:
        LakeError: the temporary folder cannot be written.
    """
    import duckdb  # noqa: PLC0415 - as above

    parts: list[str] = []
    file = folder / "export.parquet"
    with writing(duckdb.IOException), connection() as database:
        for columns in ranges:
            parts.append(str(folder / f"part{len(parts):03d}.parquet"))
            database.register("columns_of_range", columns)
            database.sql("from columns_of_range").write_parquet(parts[-1], compression="snappy")
        database.execute(
            "copy (from read_parquet($parts)) to $file (format parquet, compression zstd, "
            f"row_group_size {_ROWS_AT_ONCE}, kv_metadata {{export_info: $info}})",
            {"parts": parts, "file": str(file), "info": msgspec.json.encode(info()).decode()},
        )
        return file.read_bytes()


def read_info(data: bytes) -> ExportInfo:
    """What a file says of itself in its footer.

    Raises:
        NotAnExport: it is no Parquet file, or none of ours.
        LakeError: the temporary folder cannot be written.
    """
    with _opened(data) as (database, file):
        found = database.execute(
            "select value from parquet_kv_metadata(?) where key = 'export_info'", [file]
        ).fetchone()
        try:
            return msgspec.json.decode(found[0] if found else b"", type=ExportInfo)
        except msgspec.DecodeError as error:
            raise NotAnExport(f"export_info in its footer: {error}") from error


def batches(data: bytes) -> Iterator[Batch]:
    """The movies of a file, by rising id, in batches of about ``_ROWS_AT_ONCE``.

    Raises:
        NotAnExport: it is no Parquet file, or none of ours.
        LakeError: the temporary folder cannot be written.
    """
    with _opened(data) as (database, file):
        groups = database.execute(
            "select stats_min_value::bigint, stats_max_value::bigint from parquet_metadata(?) "
            "where path_in_schema = 'id' order by row_group_id",
            [file],
        ).fetchall()
        for first, last in groups:
            found = database.execute(
                "select id, popularity from read_parquet(?) where id between ? and ?", [file, first, last]
            ).fetchnumpy()
            yield Batch(found["id"], found["popularity"])


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A file that lies in the lake, brought where DuckDB can read it."""
    import duckdb  # noqa: PLC0415 - as above

    with temporary_folder() as folder:
        file = folder / "export.parquet"
        with writing():
            file.write_bytes(data)
        try:
            with connection() as database:
                yield database, str(file)
        except duckdb.Error as error:
            raise NotAnExport(str(error).partition("\n")[0].replace(f"'{file}'", "it is")) from error


def connection() -> duckdb.DuckDBPyConnection:
    """A database in memory, on one thread and past any network, so that the same rows are the same bytes."""
    import duckdb  # noqa: PLC0415 - as above

    database = duckdb.connect(config=_CONFIG)
    return database.execute("set enable_progress_bar = false")  # which would go to the task's output
