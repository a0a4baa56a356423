"""Alembic's entry: runs the migrations on the connection that ``schema`` passes in.

The caller's transaction holds the lock and commits once, so a migration cut short leaves nothing.
"""

from __future__ import annotations

from alembic import context

from indicators.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
