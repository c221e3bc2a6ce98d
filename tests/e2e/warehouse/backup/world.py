"""What a person would call lost: every row, every next number of a sequence, every right, every file."""

import hashlib
from pathlib import Path

from psycopg import sql

#: What an operation adds by itself: the log of what was done, which no restore takes back.
OPERATIONS = "raw/metadata/operations/"
_TABLES = """
SELECT schemaname, tablename FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"""
_RIGHTS = """
SELECT 'database', datname, pg_get_userbyid(datdba), datacl::text FROM pg_database WHERE datname = current_database()
UNION ALL SELECT n.nspname, c.relname, pg_get_userbyid(c.relowner), c.relacl::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1, 2"""


def rows_of(connection):
    """Every row of every table as text, by table."""
    found = {}
    for schema, table in connection.execute(_TABLES).fetchall():
        query = sql.SQL("SELECT t::text FROM {} AS t").format(sql.Identifier(schema, table))
        found[f"{schema}.{table}"] = sorted(row for (row,) in connection.execute(query))
    return found


def database(connection):
    """What a database holds."""
    sequences = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
    return rows_of(connection), connection.execute(sequences).fetchall(), connection.execute(_RIGHTS).fetchall()


def files(root: Path):
    """The files of a data root, by path, each with its digest."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not (name := str(path.relative_to(root))).startswith((".tmdb-restore", OPERATIONS))
    }
