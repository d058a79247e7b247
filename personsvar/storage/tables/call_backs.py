"""Call backs: each one dialled; the answered ones are charges."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, Table

from personsvar.storage.columns import Moment, Phone
from personsvar.storage.tables.metadata import metadata, row_id

call_backs = Table(
    "call_backs",
    metadata,
    row_id(),
    Column("mailbox", Phone, nullable=False),
    Column("called", Phone, nullable=False),
    Column("at", Moment, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("price_ore", Integer, nullable=False),
    Index("ix_call_backs_mailbox", "mailbox", "at"),
    Index("ix_call_backs_answered", "answered", "at"),
    sqlite_autoincrement=True,
)
"""No key ties it to the subscribers: whoever leaves still owes what was called."""
