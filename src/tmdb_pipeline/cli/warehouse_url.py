"""Where the commands find the warehouse."""

import os
from typing import TYPE_CHECKING

from tmdb_pipeline.cli import requirements
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.errors import WarehouseRefused

if TYPE_CHECKING:
    from tmdb_pipeline.warehouse.address import Address

VARIABLE = "TMDB_WAREHOUSE_URL"


def warehouse_address(command: str) -> "Address":
    """The address in ``TMDB_WAREHOUSE_URL``.

    Raises:
        SettingsError: it is not set, or is none, or a package is not installed that the warehouse needs.
    """
    packages = dict.fromkeys(["alembic", "psycopg", "sqlalchemy"], "'tmdb-pipeline[warehouse]'")
    requirements.require_packages(command, packages)
    from tmdb_pipeline.warehouse.address import Address  # noqa: PLC0415 - needs what was just looked for

    url = os.environ.get(VARIABLE, "").strip()
    if not url:
        raise SettingsError(
            f"{VARIABLE} is not set, so nobody knows where the warehouse is: set it to an address such as "
            "postgresql://tmdb_loader:PASSWORD@127.0.0.1:5432/tmdb_warehouse."
        )
    try:
        return Address.from_url(VARIABLE, url)
    except WarehouseRefused as error:
        raise SettingsError(str(error)) from None
