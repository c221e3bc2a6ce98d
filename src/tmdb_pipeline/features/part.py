"""The file of a view's rows: Parquet, the same bytes for the same rows."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from tmdb_pipeline.features.definition import View
from tmdb_pipeline.lake.exports.parquet import connection, require_library
from tmdb_pipeline.lake.exports.temporary import temporary_folder, writing


def write(view: View, rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as a Parquet file with the columns of the view, in the order given.

    Raises:
        LakeError: DuckDB is not installed, or the temporary folder cannot be written.
    """
    require_library()
    import duckdb  # noqa: PLC0415 - 68 MB that only exports and features need

    values = [[_plain(row[column.name]) for row in rows] for column in view.columns]
    columns = ", ".join(
        f'unnest(${at}::{column.type}[]) as "{column.name}"' for at, column in enumerate(view.columns, 1)
    )
    with temporary_folder() as folder, writing(duckdb.IOException), connection() as database:
        file = folder / "part.parquet"
        database.execute(f"create table part as select {columns}", values)
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
