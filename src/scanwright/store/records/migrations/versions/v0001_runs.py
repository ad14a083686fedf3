"""Runs, their events, the symbols that were judged, and their hits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "runs",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started", moment, nullable=False),
        sa.Column("ended", moment),
        sa.Column("alive", moment, nullable=False),
        sa.Column("reason", sa.String(16)),
        sa.Column("market", sa.Text, nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("asked", sa.JSON, nullable=False),
        sa.Column("receipt", sa.JSON),
        sa.Column("hits", sa.Integer, nullable=False),
    )
    op.create_index("runs_by_start", "runs", ["started"])
    op.create_table(
        "events",
        _run(),
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("type", sa.String(16), nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    op.create_table("judged", _run(), sa.Column("symbol", sa.String(64), primary_key=True))
    op.create_table(
        "hits",
        _run(),
        sa.Column("symbol", sa.String(64), primary_key=True),
        sa.Column("ts", sa.String(32), nullable=False),
    )
    op.create_index("hits_by_symbol", "hits", ["symbol"])


def downgrade() -> None:
    """Take the tables away, and what is in them."""
    for table in ("hits", "judged", "events", "runs"):
        op.drop_table(table)


def _run() -> sa.Column[str]:
    return sa.Column("run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
