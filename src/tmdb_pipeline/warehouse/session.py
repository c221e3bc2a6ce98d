"""A session of the warehouse whose settings hold for a transaction.

A pooler such as pgbouncer in transaction mode gives each transaction to whichever session of the server is free. So
nothing may be sent along when signing in, no statement may stay prepared, and what is set otherwise would be left to
somebody else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.abc import Params
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

#: Every table and view is in this schema.
SCHEMA = "tmdb"
#: Seconds to wait for a lock of others, before the task fails and is retried.
LOCK_TIMEOUT = 60
#: The tasks have a limit in time of their own, and a role or a database may have one that is meant for people.
_SETTINGS = (
    f"SET LOCAL search_path TO {SCHEMA}, pg_temp; SET LOCAL statement_timeout TO 0; "
    "SET LOCAL idle_in_transaction_session_timeout TO 0; SET LOCAL lock_timeout TO "
)
#: The one setting that poolers keep for whom they let in, for the server tells of it.
_TIME_ZONE = "SET TIME ZONE 'Asia/Seoul'"


class Session(psycopg.Connection[TupleRow]):
    """A connection in autocommit, on which each statement is in a transaction, if only its own."""

    @classmethod
    def to(cls, conninfo: str) -> "Session":
        """Sign in.

        Raises:
            psycopg.Error: nobody answers, or refuses.
        """
        session = cls.connect(conninfo, autocommit=True, prepare_threshold=None)
        psycopg.Connection.execute(session, _TIME_ZONE)
        return session

    @contextmanager
    def transaction(
        self,
        savepoint_name: str | None = None,
        force_rollback: bool = False,  # noqa: FBT001, FBT002 - as psycopg has it
    ) -> Iterator[psycopg.Transaction]:
        """A transaction, or one within another. Names without a schema are those of ``tmdb`` in it."""
        outermost = self._is_idle
        with super().transaction(savepoint_name, force_rollback) as transaction:
            if outermost:
                super().execute(f"{_SETTINGS} '{LOCK_TIMEOUT}s'")
            yield transaction

    def execute(self, query: Any, params: Params | None = None, **options: Any) -> psycopg.Cursor[TupleRow]:
        """Execute a statement, in a transaction of its own if none is open."""
        if not self._is_idle:
            return super().execute(query, params, **options)
        with self.transaction():
            return super().execute(query, params, **options)

    @property
    def _is_idle(self) -> bool:
        return self.info.transaction_status is TransactionStatus.IDLE
