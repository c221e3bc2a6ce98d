"""What a demo has brought into the tables of its warehouse, and what the checks say of them."""

import re
from datetime import date

from psycopg import sql

from tmdb_pipeline.dags import WAREHOUSE_QUALITY
from tmdb_pipeline.demo.run_stats import TableStats
from tmdb_pipeline.lake import paths
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.run import Run
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.database import SCHEMA, connected
from tmdb_pipeline.warehouse.report.document import WarehouseReport

#: The tables with a comment: without Alembic's own.
_TABLES = """
SELECT relname, obj_description(oid, 'pg_class')
FROM pg_class
WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND obj_description(oid, 'pg_class') IS NOT NULL
ORDER BY oid
"""


def table_stats(address: Address) -> list[TableStats]:
    """The tables that have rows, in the order in which they were made.

    Raises:
        WarehouseError: the warehouse cannot be read.
    """
    with connected(address) as connection:
        found = connection.execute(_TABLES, [SCHEMA]).fetchall()
        stats = []
        for name, comment in found:
            counted = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchall()
            stats.append(TableStats(name, counted[0][0], re.split(r"[.,:;]", comment)[0]))
    return [table for table in stats if table.rows]


def warehouse_report(lake: Lake, day: date) -> list[str]:
    """What the checks of a day say, on one line, and where their page is.

    Raises:
        LakeError: the report is missing or damaged.
    """
    run = Run(WAREHOUSE_QUALITY.id, "", day)
    report = lake.read_document(paths.warehouse_report_file(run, "json"), WarehouseReport)
    counts = ", ".join(f"{row.checks} {row.level.replace('_', ' ')}" for row in report.levels.rows)
    return [f"{report.warehouse_quality} ({counts})", lake.locate(paths.warehouse_report_file(run, "html"))]
