"""How Alembic finds the database: the connection that `migrated` hands it."""

from __future__ import annotations

from alembic import context

from scanwright.store.records.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
