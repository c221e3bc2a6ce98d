"""What the platform did and had left, hour by hour."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_FILE = Path(__file__).parent.parent / "platform.sql"
_TABLES = ("platform_samples", "platform_task_runs")


def upgrade() -> None:
    """Make the tables."""
    op.get_bind().exec_driver_sql(_FILE.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Remove them, with all that is in them: the lake has the last of it still."""
    for name in _TABLES:
        op.execute(f"DROP TABLE {name}")
