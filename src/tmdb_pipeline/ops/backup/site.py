"""What is backed up, and what a backup is restored into: two databases, a data root, the secrets."""

import getpass
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Final

from tmdb_pipeline.lake.store import local_folder
from tmdb_pipeline.warehouse.address import Address

#: The databases, in the order in which they are read: see ``create``.
METADATA: Final = "metadata"
WAREHOUSE: Final = "warehouse"
#: The setting that secrets in a backup are encrypted with; it is never in one.
PASSPHRASE: Final = "BACKUP_PASSPHRASE"  # noqa: S105 - its name


@dataclass(frozen=True, slots=True)
class Site:
    """An Airflow with its warehouse and its files.

    Attributes:
        databases: where ``metadata`` and ``warehouse`` are, as who may dump them and make databases there.
        data_root: the folder of the files; None where they lie on an object store.
        secrets: the secret settings, by the names that they have in ``.env``.
        absent: what is left out of a backup, and why, a sentence each.
    """

    databases: Mapping[str, Address]
    data_root: Path | None
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    absent: tuple[str, ...] = ()

    @property
    def fernet(self) -> str:
        """The key that Connections and Variables are encrypted with; empty where it is not known."""
        return self.secrets.get("FERNET_KEY", "")


def of_stack(server: tuple[str, int], warehouse: str, secrets: Mapping[str, str], data_root: str) -> Site:
    """The site that the stack of ``compose.yaml`` is.

    Args:
        server: its Postgres, which the administrator ``airflow`` signs in to.
        warehouse: the database of the warehouse there.
        secrets: by the names that they have in ``.env``.
        data_root: as ``TMDB_DATA_ROOT`` names it.

    Raises:
        ValueError: the data root is neither a folder nor a store.
    """
    password = secrets.get("POSTGRES_PASSWORD", "")
    databases = {METADATA: Address("of the stack", *server, "airflow", "airflow", password)}
    absent = []
    if secrets.get("TMDB_WAREHOUSE_URL"):
        absent.append("The warehouse is left out, for it is on a server of its own (TMDB_WAREHOUSE_URL).")
    else:
        databases[WAREHOUSE] = Address("of the stack", *server, warehouse, "airflow", password)
    if (folder := local_folder(data_root)) is None:
        absent.append(f"The data root is left out, for it is no folder but {data_root}: its store keeps versions.")
    kept = {name: secret for name, secret in secrets.items() if secret and name != PASSPHRASE}
    return Site(databases, folder, kept, tuple(absent))


def version_of(package: str) -> str | None:
    """The version of a package; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def who() -> str:
    """The user, and the machine: ``lee@laptop``."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # in a container, a user without a name
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
