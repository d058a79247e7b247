"""What the service itself keeps in mind."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table

from personsvar.storage.columns import Id, Moment, Phone, Words
from personsvar.storage.tables.parts import metadata

# Mailbox changes: which mailbox changed last, for SQLite, which tells other processes nothing. A row a
# mailbox, and one without a number that means "look at all of them". PostgreSQL has NOTIFY instead.

mailbox_changes = Table(
    "mailbox_changes",
    metadata,
    Column("mailbox", Phone, primary_key=True),
    Column("turn", Id, nullable=False),
    Index("ix_mailbox_changes_turn", "turn"),
)
"""No key ties it to the subscribers: the row without a number belongs to none."""

# Reckonings: when the clock was believed last, in one row, for whoever removes something for good.

reckonings = Table(
    "reckonings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("boot", Words, nullable=False),
    Column("running_seconds", Double, nullable=False),
    Column("go_on", Boolean, nullable=False),
)

# Warning terms: by which rules mailboxes have their time to be looked at for what goes soon, in one row.

warning_terms = Table(
    "warning_terms",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("terms", Words, nullable=False),
    Column("looked_at", Moment, nullable=False),
    Column("settled", Boolean, nullable=False),
)
