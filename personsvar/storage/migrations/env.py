"""Alembic runs this file itself; the connection is given by `storage.versions`, and mostly a transaction."""

from __future__ import annotations

from alembic import context

from personsvar.storage.migrations.large_indexes import STEP_BY_STEP
from personsvar.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=context.config.attributes[STEP_BY_STEP],
)
with context.begin_transaction():
    context.run_migrations()
