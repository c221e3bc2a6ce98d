"""Whether the tables and views are those that this version made, column by column: somebody may have changed them.

``columns.txt`` lists them: ``python -m tmdb_pipeline.warehouse.schema.shape`` prints it for the warehouse at
TMDB_WAREHOUSE_URL, and a test compares it with freshly made tables.
"""

import os
import sys
from pathlib import Path

import psycopg

from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import SCHEMA, connected
from tmdb_pipeline.warehouse.errors import WrongSchema
from tmdb_pipeline.warehouse.schema.migrate import LOCK, VERSION_TABLE, require_version

_FILE = Path(__file__).parent / "columns.txt"
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relname <> %s
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relkind IN ('v', 'm'), c.relname COLLATE "C", a.attnum"""


def require_shape(connection: psycopg.Connection, address: Address) -> None:
    """Refuse tables that are not those of this version, and let nobody migrate them until the transaction ends.

    Raises:
        WrongSchema: they are older, newer or not there, or a column was added, dropped or changed.
    """
    connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOCK])
    require_version(connection, address)
    found, known = columns(connection), _known()
    # Tables and views that are not ours harm nobody.
    ours = {relation for relation, _ in known}
    for relation, column in [*known, *found]:
        at = (relation, column)
        if relation in ours and known.get(at) != found.get(at):
            raise WrongSchema(
                f"Somebody has changed {SCHEMA}.{relation} in the warehouse {address}: its column {column} "
                f"{_difference(known.get(at), found.get(at))}. Change it back, or make the tables anew: tmdb-pipeline "
                "warehouse downgrade base, then warehouse migrate, then load from the lake."
            )


def _difference(known: str | None, found: str | None) -> str:
    if found is None:
        return "is not there"
    if known is None:
        return "is none of this version's"
    return f"is {found}, and should be {known}"


def columns(connection: psycopg.Connection) -> dict[tuple[str, str], str]:
    """The type of each column of the schema, by relation and name, in their order."""
    rows = connection.execute(_COLUMNS, [SCHEMA, VERSION_TABLE]).fetchall()
    return {(relation, column): kind for relation, column, kind in rows}


def listing(connection: psycopg.Connection) -> str:
    """The same as it stands in ``columns.txt``."""
    return "".join(f"{relation} {column} {kind}\n" for (relation, column), kind in columns(connection).items())


def _known() -> dict[tuple[str, str], str]:
    lines = (line.split(" ", 2) for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {(relation, column): kind for relation, column, kind in lines}


if __name__ == "__main__":  # pragma: no cover - for who changes the tables
    with connected(Address.from_url("TMDB_WAREHOUSE_URL", os.environ["TMDB_WAREHOUSE_URL"])) as _connection:
        sys.stdout.write(listing(_connection))
