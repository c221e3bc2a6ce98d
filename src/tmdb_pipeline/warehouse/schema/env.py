"""How Alembic runs the versions: on the connection that ``migrate`` hands over, within its transaction."""

from alembic import context

from tmdb_pipeline.warehouse.database import SCHEMA
from tmdb_pipeline.warehouse.schema.migrate import VERSION_TABLE

# No logging is configured here: that would replace the handlers of whoever migrates, Airflow for one.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=None,
    version_table=VERSION_TABLE,
    version_table_schema=SCHEMA,
)
context.run_migrations()
