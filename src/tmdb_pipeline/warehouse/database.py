"""Signing in to the warehouse, and its errors in words."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import errors

from tmdb_pipeline.warehouse.errors import WarehouseError, WarehouseRefused, WarehouseUnreachable, WrongSchema

#: Every table and view is in this schema.
SCHEMA = "tmdb"
#: Seconds to wait for the server to answer, or for a lock of others, before the task fails and is retried.
_CONNECT_TIMEOUT = 10
_LOCK_TIMEOUT = 60
#: True of every command: what was under way is rolled back, what was committed before stays.
_UNDONE = "Nothing is left half done"
#: What to do where signing in fails, by the server's words, for libpq gives no code.
_SIGNING_IN = {
    r"database .* does not exist": "Mend {name}, or make the database with tmdb-pipeline warehouse create",
    r"authentication failed|role .* does not exist|no password supplied": (
        "Put the right user and password into {name}; tmdb-pipeline warehouse create makes the warehouse's roles"
    ),
    r"no pg_hba\.conf entry|not permitted|permission denied": (
        "Have the server's administrator let this role in from here, or mend {name}"
    ),
}
#: Where Postgres listens unless somebody says otherwise.
PORT = 5432


@dataclass(frozen=True, slots=True)
class Address:
    """Where the warehouse is, and as whom to sign in.

    Attributes:
        name: how people know it, for messages: the Connection, or the variable that named it.
        options: further parameters of libpq, such as ``sslmode``.
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


@contextmanager
def connected(address: Address, application: str = "tmdb-pipeline") -> Iterator[psycopg.Connection]:
    """A connection to the warehouse, on which nothing is committed but by ``with connection.transaction()``.

    What the block raises of psycopg's errors comes out in words. Names without a schema are those of ``tmdb``.

    Raises:
        WarehouseUnreachable: nobody answers, or the connection was lost.
        WarehouseRefused: the role or its password is refused, or it may not do what it tried.
        WrongSchema: a table or column is not there.
        WarehouseError: the database refused for another reason: its disk is full, a value does not fit.
    """
    with in_words(address):
        connection = psycopg.connect(
            host=address.host,
            port=address.port,
            dbname=address.database,
            user=address.user,
            password=address.password,
            connect_timeout=_CONNECT_TIMEOUT,
            application_name=application,
            options=f"-c search_path={SCHEMA},pg_temp -c lock_timeout={_LOCK_TIMEOUT}s -c timezone=Asia/Seoul",
            autocommit=True,
            **dict(address.options),  # type: ignore[arg-type]
        )
        with connection:
            yield connection


@contextmanager
def in_words(address: Address) -> Iterator[None]:
    """Turn what psycopg raises in the block into errors of the warehouse, see ``connected``."""
    try:
        yield
    except (errors.InvalidPassword, errors.InvalidAuthorizationSpecification, errors.InsufficientPrivilege) as error:
        raise WarehouseRefused(
            f"The warehouse {address} refuses: {_said(error)}. Sign in as another role by {address.name} (tables are "
            "made as tmdb_owner), or let the role have that right (tmdb-pipeline warehouse grant)."
        ) from error
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName, errors.UndefinedFunction) as error:
        raise WrongSchema(
            f"The tables of the warehouse {address} are not those of this version: {_said(error)}. Bring them up to "
            "date with: tmdb-pipeline warehouse migrate."
        ) from error
    except (errors.DiskFull, errors.OutOfMemory, errors.InsufficientResources) as error:
        raise WarehouseError(
            f"The server of the warehouse {address} has no room: {_said(error)}. {_UNDONE}; make room there, then "
            "run again."
        ) from error
    except errors.LockNotAvailable as error:
        raise WarehouseUnreachable(
            f"The warehouse {address} did not come free within {_LOCK_TIMEOUT} seconds, since another load or "
            f"migration has it. {_UNDONE}; run again later."
        ) from error
    except psycopg.OperationalError as error:
        raise _operational(address, error) from error
    except psycopg.Error as error:
        raise WarehouseError(f"The warehouse {address} refused a statement: {_said(error)}. {_UNDONE}.") from error


def _operational(address: Address, error: psycopg.OperationalError) -> WarehouseError:
    said = _said(error)
    for words, advice in _SIGNING_IN.items():
        if re.search(words, said):
            return WarehouseRefused(
                f"The warehouse {address} refuses to sign in: {said}. {advice.format(name=address.name)}."
            )
    return WarehouseUnreachable(
        f"The warehouse {address} does not answer, or the connection was lost: {said}. {_UNDONE}; see whether the "
        "server runs, then run again."
    )


def _said(error: psycopg.Error) -> str:
    """What the server said, or what became of the connection, on one line; where it is, the address says already."""
    message = error.diag.message_primary or str(error) or type(error).__name__
    message = re.split(r"\n\s*Is the server |\nMultiple connection attempts failed", message)[0]
    message = re.sub(r"connection (failed|is bad): |connection to server .*? failed: |FATAL:\s+", "", message)
    return " ".join(message.split()).rstrip(".")
