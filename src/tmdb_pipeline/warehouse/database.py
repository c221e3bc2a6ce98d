"""Signing in to the warehouse, and its errors in words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors
from psycopg.conninfo import make_conninfo

from tmdb_pipeline.warehouse import session
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import WarehouseError, WarehouseRefused, WarehouseUnreachable, WrongSchema
from tmdb_pipeline.warehouse.session import SCHEMA, Session

__all__ = ["SCHEMA", "connected", "conninfo", "in_words"]

#: Seconds to wait for the server to answer, before the task fails and is retried.
_CONNECT_TIMEOUT = 10
#: True of every command: what was under way is rolled back, what was committed before stays.
_UNDONE = "Nothing is left half done"
#: What administrators are to do, who make the roles: nothing that is made has helped them yet.
_ADMINISTRATOR = "Put the user and password of an administrator of the server into {name}"
#: What to do where signing in fails, by the server's words, for libpq gives no code. No retry mends any of it: the
#: database, the role, TLS, a parameter, or a pooler that does not know them.
_SIGNING_IN = {
    r"database .* does not exist|no such database": (
        "Mend {name}, or make the database with tmdb-pipeline warehouse create"
    ),
    r"authentication failed|no password supplied": (
        "Put the right password into {name}; where that of {user} is lost, set {USER}_PASSWORD to another and run "
        "tmdb-pipeline warehouse create"
    ),
    r"role .* does not exist|no such user": (
        "Put the right user and password into {name}, or make the warehouse's roles with tmdb-pipeline warehouse create"
    ),
    r"no pg_hba\.conf entry|not permitted|permission denied": (
        "Have the server's administrator let this role in from here, or mend {name}"
    ),
    r"does not exist|SSL was required|certificate|channel binding|definition of service|unsupported startup parameter"
    r"|invalid .*value": "Mend {name}",
}


def conninfo(address: Address, application: str) -> str:
    """The address as libpq takes it, with the name by which the server knows who is there.

    Raises:
        WarehouseRefused: libpq has no such parameter, or it says again what the address says.
    """
    place: dict[str, str | int] = {"host": address.host, "port": address.port}
    place |= {"dbname": address.database, "user": address.user}
    if twice := sorted(address.options.keys() & {*place, "password"}):
        raise WarehouseRefused(
            f"The warehouse {address} has {', '.join(twice)} among its further parameters as well: take that out."
        )
    ours: dict[str, str | int] = {"connect_timeout": _CONNECT_TIMEOUT, "application_name": application}
    try:
        return make_conninfo("", **{**ours, **address.options, **place, "password": address.password})
    except psycopg.ProgrammingError as error:
        raise WarehouseRefused(
            f"The warehouse {address} cannot be reached with its further parameters: {_said(error)}. Take that out; "
            "what Postgres itself knows, such as sslmode, may stay."
        ) from error


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
        connection = Session.to(conninfo(address, application))
        with connection:
            yield connection


@contextmanager
def in_words(address: Address, *, administers: bool = False) -> Iterator[None]:
    """Turn what psycopg raises in the block into errors of the warehouse, see ``connected``.

    ``administers`` says that whoever signs in is to make its roles, and so is none of them.
    """
    try:
        yield
    except (errors.InvalidPassword, errors.InvalidAuthorizationSpecification, errors.InsufficientPrivilege) as error:
        advice = (
            f"Sign in as another role by {address.name} (tmdb_owner makes tables, tmdb_loader loads them), or let the "
            "role have that right (tmdb-pipeline warehouse grant)"
        )
        if administers:
            advice = _ADMINISTRATOR.format(name=address.name)
        raise WarehouseRefused(f"The warehouse {address} refuses: {_said(error)}. {advice}.") from error
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
            f"The warehouse {address} did not come free within {session.LOCK_TIMEOUT} seconds, since another load or "
            f"migration has it. {_UNDONE}; run again later."
        ) from error
    except psycopg.OperationalError as error:
        raise _operational(address, error, administers=administers) from error
    except psycopg.Error as error:
        raise WarehouseError(f"The warehouse {address} refused a statement: {_said(error)}. {_UNDONE}.") from error


def _operational(address: Address, error: psycopg.OperationalError, *, administers: bool) -> WarehouseError:
    said = _said(error)
    for words, advice in _SIGNING_IN.items():
        if re.search(words, said):
            what = (_ADMINISTRATOR if administers else advice).format(
                name=address.name, user=address.user, USER=address.user.upper()
            )
            return WarehouseRefused(f"The warehouse {address} refuses to sign in: {said}. {what}.")
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
