"""What the model said, and what came."""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FILE = Path(__file__).parent.parent / "predictions.sql"


def upgrade() -> None:
    """Make the table and its view."""
    op.get_bind().exec_driver_sql(_FILE.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Remove them, with all that is in them: the lake has it still."""
    op.execute("DROP VIEW prediction_scores")
    op.execute("DROP TABLE predictions")
