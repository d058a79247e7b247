"""What recordings are encrypted with: a key for each mailbox, wrapped by the installation's."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, Table

from personsvar.storage.columns import Id, Moment
from personsvar.storage.tables.parts import metadata, owner, row_id

# Installation keys: one, or two while it is rotated; wrapped by the master key, which is kept elsewhere.

installation_keys = Table(
    "installation_keys",
    metadata,
    row_id(),
    Column("made_at", Moment, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""The newest `in_use` wraps the keys of mailboxes; where none is, recordings are stored as they are."""

# Mailbox keys: one each, made with the first recording; it goes with its subscriber, and all copies of what
# it encrypted are noise from then on.

mailbox_keys = Table(
    "mailbox_keys",
    metadata,
    row_id(),
    owner(unique=True),
    Column("wrapped_by", Id, ForeignKey("installation_keys.id"), nullable=False, index=True),
    Column("wrapped", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
"""Its id is never given twice: a number that becomes another subscriber's has another key."""
