"""Greetings: every version recorded; the newest one `in_use` of a kind is what callers hear."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Table, text

from personsvar.storage.columns import Flags, Moment, Words
from personsvar.storage.tables.metadata import metadata, owner, row_id, sound

greetings = Table(
    "greetings",
    metadata,
    row_id(),
    owner(),
    Column("kind", Words, nullable=False),
    sound(),
    Column("seconds", Double, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("in_use", Boolean, nullable=False),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Index("ix_greetings_mailbox", "mailbox", "kind", "id"),
    sqlite_autoincrement=True,
)
