"""Reading the warehouse for a page: as who may only read, from one state of the tables, and without patience."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

import msgspec
from psycopg.rows import dict_row

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import connected

R = TypeVar("R", bound=msgspec.Struct)
#: A person waits for the page: seconds for signing in, milliseconds without an answer, and what a query may take.
_HASTE = {"connect_timeout": "3", "tcp_user_timeout": "5000"}
_LONGEST = "SET LOCAL statement_timeout TO '5s'"


def rows(address: Address, statement: str, kind: type[R], values: Mapping[str, Any]) -> list[R]:
    """The rows of a statement, whose ``%(name)s`` are the values.

    Raises:
        WarehouseError: nobody answers in time, or it cannot be read.
    """
    (found,) = tables(address, [(statement, kind)], values)
    return found


def tables(address: Address, wanted: list[tuple[str, type[Any]]], values: Mapping[str, Any]) -> list[list[Any]]:
    """The rows of several statements, of one state of the tables.

    Raises:
        WarehouseError: nobody answers in time, or it cannot be read.
    """
    hasty = replace(address, options={**_HASTE, **address.options})
    with connected(hasty, "tmdb-page") as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(_LONGEST)
        found = []
        for statement, kind in wanted:
            with connection.cursor(row_factory=dict_row) as cursor:
                answer = cursor.execute(statement.encode(), values).fetchall()
            found.append(msgspec.convert(answer, list[kind]))  # type: ignore[valid-type]
        return found
