"""The file of a view's rows: Parquet, the same bytes for the same rows."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from tmdb_pipeline.lake.exports.parquet import connection, require_library
from tmdb_pipeline.lake.exports.temporary import temporary_folder, writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from duckdb import DuckDBPyConnection

    from tmdb_pipeline.features.definition import View


def opened() -> DuckDBPyConnection:
    """What writes parts, for a ``with`` block; it is dear to open.

    Raises:
        LakeError: DuckDB is not installed.
    """
    require_library()
    return connection()


def write(view: View, rows: Sequence[dict[str, Any]], database: DuckDBPyConnection) -> bytes:
    """Rows as a Parquet file with the columns of the view, in the order given.

    Raises:
        LakeError: the temporary folder cannot be written.
    """
    import duckdb  # noqa: PLC0415 - 68 MB that only exports and features need

    values = [[_plain(row[column.name]) for row in rows] for column in view.columns]
    columns = ", ".join(
        f'unnest(${at}::{column.type}[]) as "{column.name}"' for at, column in enumerate(view.columns, 1)
    )
    with temporary_folder() as folder, writing(duckdb.IOException):
        file = folder / "part.parquet"
        database.execute(f"create or replace table part as select {columns}", values)
        database.execute(f"copy part to '{str(file).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)")
        return file.read_bytes()


def statistics(view: View, rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of each column how many rows have no value, and the least, mean and greatest of its numbers."""
    told = {}
    for column in view.columns:
        values = [row[column.name] for row in rows if row[column.name] is not None]
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        told[column.name] = {
            "nulls": len(rows) - len(values),
            "least": min(numbers, default=None),
            "mean": sum(numbers) / len(numbers) if numbers else None,
            "greatest": max(numbers, default=None),
        }
    return told


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
