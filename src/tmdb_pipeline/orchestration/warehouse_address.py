"""The address of the warehouse for tasks: an Airflow Connection, which never is that of Airflow's own database."""

from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from tmdb_pipeline.orchestration.task_settings import keep_secrets_out_of_debug_log
from tmdb_pipeline.warehouse.address import PORT, Address
from tmdb_pipeline.warehouse.errors import NoWarehouse, WarehouseRefused

#: The Connection that is looked for, of type ``postgres``.
CONNECTION = "tmdb_warehouse"


def warehouse_address(conn_id: str = CONNECTION) -> Address:
    """The address that the Connection holds: host, port, schema (the database), login and password.

    What its extra holds, such as ``{"sslmode": "require"}``, are further parameters of libpq.

    Raises:
        NoWarehouse: there is no such Connection.
        WarehouseRefused: it is not one of a Postgres database.
    """
    keep_secrets_out_of_debug_log()
    try:
        connection: Any = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise NoWarehouse(
            f"There is no Connection {conn_id}, so nobody knows where the warehouse is: make one of type postgres, or "
            f"set AIRFLOW_CONN_{conn_id.upper()}=postgresql://tmdb_loader:PASSWORD@HOST:5432/tmdb_warehouse."
        ) from None
    named = {"type postgres": connection.conn_type == "postgres", "host": connection.host}
    named |= {"schema (the database)": connection.schema, "login": connection.login}
    if missing := [name for name, given in named.items() if not given]:
        raise WarehouseRefused(f"The Connection {conn_id} has no {', '.join(missing)}: fill that in.")
    return Address(
        f"Connection {conn_id}",
        connection.host,
        connection.port or PORT,
        connection.schema,
        connection.login,
        connection.password or "",
        _parameters(connection, conn_id),
    )


def _parameters(connection: Any, conn_id: str) -> dict[str, str]:
    """The extra as parameters of libpq, which knows no true and false, but 1 and 0."""
    try:
        extra = connection.extra_dejson
    except ValueError:  # numbers of thousands of digits are JSON, but none that Python reads
        extra = None
    if not isinstance(extra, dict):
        raise WarehouseRefused(
            f'The extra of the Connection {conn_id} is no JSON object: give one such as {{"sslmode": "require"}}.'
        )
    return {
        name: str(int(value) if isinstance(value, bool) else value)
        for name, value in extra.items()
        if value not in (None, "")
    }
