"""The tables of run records, as the migrations have made them."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("started", sa.DateTime(timezone=True), nullable=False),
    sa.Column("ended", sa.DateTime(timezone=True)),
    sa.Column("alive", sa.DateTime(timezone=True), nullable=False),
    sa.Column("reason", sa.String(16)),
    sa.Column("market", sa.Text, nullable=False),
    sa.Column("plan_hash", sa.String(64), nullable=False),
    sa.Column("definition", sa.JSON, nullable=False),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("receipt", sa.JSON),
    sa.Column("hits", sa.Integer, nullable=False),
    sa.Index("runs_by_start", "started"),
)
"""One row a run. alive: when its process last said that it goes on."""

EVENTS = sa.Table(
    "events",
    METADATA,
    sa.Column("run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(16), nullable=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
)
"""One row an event, its bytes as readers get them."""

JUDGED = sa.Table(
    "judged",
    METADATA,
    sa.Column("run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("symbol", sa.String(64), primary_key=True),
)
"""Symbols that a run need not look at again when it goes on."""

HITS = sa.Table(
    "hits",
    METADATA,
    sa.Column("run", sa.String(64), sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("symbol", sa.String(64), primary_key=True),
    sa.Column("ts", sa.String(32), nullable=False),
    sa.Index("hits_by_symbol", "symbol"),
)
"""Which symbols a run had."""

KEYS = sa.Table(
    "keys",
    METADATA,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("limits", sa.JSON, nullable=False),
    sa.Column("made", sa.DateTime(timezone=True), nullable=False),
    sa.Column("revoked", sa.DateTime(timezone=True)),
)
"""One row a key: what it was made of is not kept, only its hash."""

SESSIONS = sa.Table(
    "sessions",
    METADATA,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(16), sa.ForeignKey("keys.id", ondelete="CASCADE"), nullable=False),
    sa.Column("until", sa.DateTime(timezone=True), nullable=False),
)
"""One row a browser that has signed in."""

SAVED = sa.Table(
    "saved_scans",
    METADATA,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("definition", sa.JSON),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("saved", sa.DateTime(timezone=True), nullable=False),
    sa.Column("by", sa.String(64), nullable=False),
)
"""One row a version of a saved scan; one without a definition says that it was deleted then."""

NOTES = sa.Table(
    "notes",
    METADATA,
    sa.Column("person", sa.String(16), primary_key=True),
    sa.Column("market", sa.String(200), primary_key=True),
    sa.Column("symbol", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
)
"""One row a symbol that a person, a key's id, says something of."""
