"""Trouble at the n-th statement of a load: in this process, or on the connection."""

from contextlib import contextmanager
from unittest import mock

import psycopg

from tmdb_pipeline.warehouse import session

KINDS = ("exception", "connection cut")


class Interrupted(BaseException):
    """What ends a process in mid-load, such as Ctrl-C."""


@contextmanager
def injected(kind, number):
    """Let the ``number``-th statement of all loads in the block meet trouble; gives a list that is empty until then."""
    struck, sent = [], [0]
    connect = session.Session.connect

    def strike(connection):
        sent[0] += 1
        if sent[0] != number:
            return
        struck.append(kind)
        if kind == "exception":
            raise Interrupted
        with psycopg.connect(connection.info.dsn, password=connection.info.password, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    def connecting(conninfo, **options):
        connection = connect(conninfo, **options)
        connection.cursor_factory = _Cursor
        return connection

    class _Cursor(psycopg.Cursor):
        def execute(self, *arguments, **options):
            strike(self.connection)
            return super().execute(*arguments, **options)

        def copy(self, *arguments, **options):
            strike(self.connection)
            return super().copy(*arguments, **options)

    with mock.patch.object(session.Session, "connect", connecting):
        yield struck
