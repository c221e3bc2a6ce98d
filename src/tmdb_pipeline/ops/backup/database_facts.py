"""What a database holds: versions, roles, and of every table its rows and a digest that knows no order.

A digest adds up the MD5 sums of the rows as Postgres writes them as text, in two halves. It finds what was lost,
doubled or changed; it is no defence against somebody who means to deceive.
"""

import hashlib
from typing import Any, Final

from psycopg import sql

from tmdb_pipeline.ops.backup.archives.manifest import Database, Table

#: What the text of a value depends on.
_PLAIN: Final = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL search_path = ''",
)
_TABLES: Final = """
SELECT n.nspname, c.relname,
       (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY 1, 2"""
_DIGEST: Final = """
SELECT count(*), coalesce(sum(('x' || left(m, 16))::bit(64)::bigint::numeric), 0),
       coalesce(sum(('x' || right(m, 16))::bit(64)::bigint::numeric), 0)
FROM (SELECT md5(t::text) AS m FROM {} AS t) AS sums"""
#: Who owns something in the database, or has rights on it.
_ROLES: Final = """
SELECT r.rolname FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.oid IN (
    SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION SELECT s.refobjid FROM pg_shdepend s WHERE s.refclassid = 'pg_authid'::regclass
    AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
ORDER BY 1"""
_HEADS: Final = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relname LIKE 'alembic\\_version%' ORDER BY 1, 2"""


def describe(connection: Any) -> Database:
    """What a database holds, as the transaction sees it that ``connection`` is in."""
    for statement in _PLAIN:
        connection.execute(statement)
    ((name, server),) = connection.execute("SELECT current_database(), current_setting('server_version_num')::int")
    heads = {}
    for schema, table in connection.execute(_HEADS).fetchall():
        query = sql.SQL("SELECT version_num FROM {} ORDER BY 1").format(sql.Identifier(schema, table))
        heads[table] = ",".join(str(version) for (version,) in connection.execute(query))
    return Database(
        name=name,
        server=server,
        heads=heads,
        roles=[str(role) for (role,) in connection.execute(_ROLES)],
        tables=tables(connection),
    )


def tables(connection: Any) -> dict[str, Table]:
    """The rows and the digest of every table, by schema and name, as the transaction sees them."""
    for statement in _PLAIN:
        connection.execute(statement)
    found = {}
    for schema, name, columns in connection.execute(_TABLES).fetchall():
        ((rows, first, second),) = connection.execute(sql.SQL(_DIGEST).format(sql.Identifier(schema, name)))
        told = f"{columns}|{first}|{second}"
        found[f"{schema}.{name}"] = Table(rows, hashlib.sha256(told.encode()).hexdigest()[:32])
    return found
