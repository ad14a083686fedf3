"""Notes that people write about symbols."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "notes",
        sa.Column("person", sa.String(16), primary_key=True),
        sa.Column("market", sa.String(200), primary_key=True),
        sa.Column("symbol", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Take the table away, and what is in it."""
    op.drop_table("notes")
