"""Where the warehouse is. DAG files import this at every parse, so nothing here needs a driver."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tmdb_pipeline.warehouse.errors import WarehouseRefused

#: Where Postgres listens unless somebody says otherwise.
PORT = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """Where the warehouse is, and as whom to sign in.

    Attributes:
        name: how people know it, for messages: the Connection, or the variable that named it.
        options: further parameters of libpq, such as ``sslmode``; they come before ours where both say something.
    """

    name: str
    host: str
    port: int
    database: str
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def from_url(cls, name: str, url: str) -> Self:
        """The address in a URL such as ``postgresql://user:password@host:5432/database``.

        Raises:
            WarehouseRefused: it is none; the message does not show it, for it holds a password.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or PORT
        except ValueError:
            parts, port = urlsplit(""), PORT
        database = parts.path.removeprefix("/")
        if parts.scheme not in {"postgresql", "postgres"} or not (parts.hostname and database and parts.username):
            raise WarehouseRefused(
                f"{name} is no address of a Postgres database: give one such as "
                "postgresql://tmdb_loader:PASSWORD@127.0.0.1:5432/tmdb_warehouse."
            )
        return cls(
            name,
            parts.hostname,
            port,
            unquote(database),
            unquote(parts.username),
            unquote(parts.password or ""),
            dict(parse_qsl(parts.query)),
        )

    def __str__(self) -> str:
        """The address for messages, without its password."""
        return f"{self.name} ({self.user} at {self.host}:{self.port}/{self.database})"
