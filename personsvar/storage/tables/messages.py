"""Messages: everything but their sound; counting and ordering a mailbox never leave the index."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Table, false, text

from personsvar.storage.columns import Flags, Moment, Phone, Words
from personsvar.storage.tables.metadata import metadata, owner, row_id, sound

messages = Table(
    "messages",
    metadata,
    row_id(),
    owner(),
    Column("spool_id", Words, nullable=False, unique=True),
    Column("caller", Phone),
    Column("received_at", Moment, nullable=False),
    sound(),
    Column("seconds", Double, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("state_before", Words, nullable=False),
    Column("changed_at", Moment),
    Column("since", Moment, nullable=False),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Column("hidden", Boolean, nullable=False, server_default=false()),
    Column("downloaded_at", Moment),
    Index("ix_messages_mailbox", "mailbox", "state", "urgent", "received_at", "id"),
    Index("ix_messages_since", "state", "since"),
    sqlite_autoincrement=True,
)
"""`since` is what retention counts from: the last change of state, or the arrival."""
