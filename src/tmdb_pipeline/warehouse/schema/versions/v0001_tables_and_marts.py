"""Tables and marts."""

from pathlib import Path

from alembic import op

from tmdb_pipeline.warehouse.schema.genre_names import GENRE_NAMES

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_FOLDER = Path(__file__).parent.parent
_VIEWS = ("movie_history", "fct_movie_day", "fct_movie_list_day", "bridge_movie_genre", "dim_movie")
_TABLES = (
    "quality_runs",
    "quarantined_records",
    "export_ledger",
    "movie_popularity",
    "movie_genres",
    "movies",
    "movie_observations",
    "collections",
    "collection_runs",
    "load_ledger",
    "movie_versions",
    "genres",
)


def upgrade() -> None:
    """Make them, and name the genres."""
    connection = op.get_bind()
    for name in ("tables.sql", "marts.sql"):
        connection.exec_driver_sql((_FOLDER / name).read_text(encoding="utf-8"))
    connection.exec_driver_sql("INSERT INTO genres (genre_id, name, name_en) VALUES (%s, %s, %s)", [*GENRE_NAMES])


def downgrade() -> None:
    """Remove them, with all that is in them: the lake has it still."""
    for name in _VIEWS:
        op.execute(f"DROP VIEW {name}")
    for name in _TABLES:
        op.execute(f"DROP TABLE {name}")
