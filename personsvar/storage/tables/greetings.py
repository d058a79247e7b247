"""Greetings: every version recorded; the newest one `in_use` of a kind is what callers hear."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Table, text

from personsvar.storage.columns import Flags, Moment, Words
from personsvar.storage.tables.metadata import metadata, owner, row_id, sound

_UNUSED = text("unused_since IS NOT NULL")
_UNMARKED = text("NOT in_use AND unused_since IS NULL")

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
    Column("unused_since", Moment),
    Column("flags", Flags, nullable=False, server_default=text("''")),
    Index("ix_greetings_mailbox", "mailbox", "kind", "id"),
    Index("ix_greetings_unused_since", "unused_since", sqlite_where=_UNUSED, postgresql_where=_UNUSED),
    Index("ix_greetings_unmarked", "id", sqlite_where=_UNMARKED, postgresql_where=_UNMARKED),
    sqlite_autoincrement=True,
)
"""`unused_since` is written by retention, which removes by it: nothing else looks at it."""
