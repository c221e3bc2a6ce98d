"""Where the commands find the warehouse."""

import os
from typing import TYPE_CHECKING

from tmdb_pipeline.cli import requirements
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import WarehouseRefused

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.address import Address

VARIABLE = "TMDB_WAREHOUSE_URL"
#: The address of the server for who administers it, which only making roles and databases needs.
ADMINISTRATOR = "TMDB_WAREHOUSE_ADMIN_URL"


def warehouse_address(command: str, role: str) -> "Address":
    """The address in ``TMDB_WAREHOUSE_URL``; ``role`` is who should sign in, for messages.

    Raises:
        SettingsError: it is not set, or is none, or a package is not installed that the warehouse needs.
    """
    return _address(command, VARIABLE, f"postgresql://{role}:PASSWORD@127.0.0.1:5432/tmdb_warehouse")


def administrator_address(command: str) -> "Address":
    """The address in ``TMDB_WAREHOUSE_ADMIN_URL``.

    Raises:
        SettingsError: as ``warehouse_address``.
    """
    return _address(command, ADMINISTRATOR, "postgresql://postgres:PASSWORD@127.0.0.1:5432/postgres")


def _address(command: str, variable: str, example: str) -> "Address":
    packages = dict.fromkeys(["alembic", "psycopg", "sqlalchemy"], "'.[warehouse]'")
    requirements.require_packages(command, packages)
    from tmdb_pipeline.warehouse.address import Address  # noqa: PLC0415 - needs what was just looked for

    url = os.environ.get(variable, "").strip()
    if not url:
        raise SettingsError(
            f"{variable} is not set, so nobody knows where the warehouse is: set it to an address such as {example}."
        )
    try:
        return Address.from_url(variable, url)
    except WarehouseRefused:
        raise SettingsError(f"{variable} is no address of a Postgres database: give one such as {example}.") from None
