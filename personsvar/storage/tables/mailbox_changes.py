"""Mailbox changes: which mailbox changed last, for SQLite, which tells other processes nothing.

A row a mailbox, and one without a number that means "look at all of them". PostgreSQL has NOTIFY instead.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Table

from personsvar.storage.columns import Id, Phone
from personsvar.storage.tables.metadata import metadata

mailbox_changes = Table(
    "mailbox_changes",
    metadata,
    Column("mailbox", Phone, primary_key=True),
    Column("turn", Id, nullable=False),
    Index("ix_mailbox_changes_turn", "turn"),
)
"""No key ties it to the subscribers: the row without a number belongs to none."""
