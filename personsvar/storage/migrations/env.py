"""Alembic runs this file itself; the connection, and its transaction, are given by `storage.versions`."""

from __future__ import annotations

from alembic import context

from personsvar.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
