"""What a backup says of itself: versions, what is in it, and the digests that a restore is held to."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

#: The form of archives that this code writes, and the newest that it reads.
FORMAT: Final = 1


class Form(msgspec.Struct):
    """The one thing that every version of a manifest has: its form."""

    format: int


class Member(msgspec.Struct, frozen=True):
    """A member of the archive: where its bytes begin in the file, how many there are, and their SHA-256 in hex."""

    name: str
    at: int
    size: int
    sha256: str


class Table(msgspec.Struct, frozen=True):
    """A table: how many rows, and a digest of columns and rows that knows no order."""

    rows: int
    digest: str


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """A database, as it was at the moment of its dump.

    Attributes:
        name: its name on the server.
        server: the version of the server, as ``server_version_num`` says it: 160010.
        heads: the versions of its tables, by the table that Alembic keeps them in.
        roles: those that own something in it, or have rights.
        tables: by schema and name.
    """

    name: str
    server: int
    heads: dict[str, str]
    roles: list[str]
    tables: dict[str, Table]


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """The files of the data root.

    Attributes:
        files: how many.
        size: their bytes in all.
        digest: of their names and contents.
        left_out: what is no regular file, or has a name that is no text.
    """

    files: int
    size: int
    digest: str
    left_out: list[str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself.

    Attributes:
        format: the form of the archive.
        made_at: when the backup began, aware.
        made_by: the user and the machine.
        pipeline: the version of this package.
        airflow: the version of Airflow, None where it is not installed.
        databases: ``metadata`` and ``warehouse``, those that are in it.
        data_root: None where it is not in it.
        secrets: the names of the settings that are in it, encrypted; none where they were left out.
        fernet: a fingerprint of the key that Connections and Variables are encrypted with.
        absent: what is not in it, and why, a sentence each.
        members: all members but the manifest.
    """

    format: int = FORMAT
    made_at: Annotated[datetime, msgspec.Meta(tz=True)]
    made_by: str
    pipeline: str
    airflow: str | None
    databases: dict[str, Database]
    data_root: Tree | None
    secrets: list[str]
    fernet: str | None
    absent: list[str]
    members: list[Member]

    @property
    def size(self) -> int:
        """Bytes that the files of the data root take once they are unpacked."""
        return self.data_root.size if self.data_root else 0
