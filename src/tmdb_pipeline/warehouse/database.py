"""Signing in to the warehouse, and its errors in words."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import WarehouseError, WarehouseRefused, WarehouseUnreachable, WrongSchema

#: Every table and view is in this schema.
SCHEMA = "tmdb"
#: Seconds to wait for the server to answer, or for a lock of others, before the task fails and is retried.
_CONNECT_TIMEOUT = 10
_LOCK_TIMEOUT = 60


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
            f"The warehouse {address} refuses: {_said(error)}. Mend the Connection, or let the role have that right "
            "(tmdb-pipeline warehouse grant)."
        ) from error
    except (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName, errors.UndefinedFunction) as error:
        raise WrongSchema(
            f"The tables of the warehouse {address} are not those of this version: {_said(error)}. Bring them up to "
            "date with: tmdb-pipeline warehouse migrate."
        ) from error
    except (errors.DiskFull, errors.OutOfMemory, errors.InsufficientResources) as error:
        raise WarehouseError(
            f"The server of the warehouse {address} has no room: {_said(error)}. Nothing was loaded; make room there, "
            "then run again."
        ) from error
    except errors.LockNotAvailable as error:
        raise WarehouseUnreachable(
            f"The warehouse {address} did not come free within {_LOCK_TIMEOUT} seconds, since another load or "
            "migration has it. Nothing was loaded; run again later."
        ) from error
    except psycopg.OperationalError as error:
        raise _operational(address, error) from error
    except psycopg.Error as error:
        raise WarehouseError(
            f"The warehouse {address} refused a statement: {_said(error)}. Nothing was loaded."
        ) from error


def _operational(address: Address, error: psycopg.OperationalError) -> WarehouseError:
    said = _said(error)
    # When signing in fails, libpq gives no code, only the server's words.
    if any(
        words in said for words in ("authentication failed", "does not exist", "no pg_hba.conf entry", "not permitted")
    ):
        return WarehouseRefused(
            f"The warehouse {address} refuses to sign in: {said}. Mend the Connection, or make the database and its "
            "roles."
        )
    return WarehouseUnreachable(
        f"The warehouse {address} does not answer, or the connection was lost: {said}. Nothing was loaded; see whether "
        "the server runs, then run again."
    )


def _said(error: psycopg.Error) -> str:
    """What the server said, on one line."""
    message = error.diag.message_primary or str(error) or type(error).__name__
    return " ".join(message.split()).rstrip(".")
