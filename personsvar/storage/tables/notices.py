"""The outbox: a row for each notice, from the moment it is caused until long after it was sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, LargeBinary, Table, text

from personsvar.storage.columns import Id, Moment, Phone, Words
from personsvar.storage.tables.metadata import metadata, owner, row_id

notices = Table(
    "notices",
    metadata,
    row_id(),
    owner("to_number"),
    Column("kind", Words, nullable=False),
    Column("channel", Words, nullable=False),
    Column("dedup_key", Words, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("address", Words),
    Column("message_id", Id),
    Column("caller", Phone),
    Column("at", Moment),
    Column("seconds", Double),
    Column("urgent", Boolean, nullable=False),
    Column("new_count", Integer),
    Column("reason", Words),
    Column("secret", LargeBinary),
    Column("secret_until", Moment),
    Column("status", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("lease", Words),
    Column("finished_at", Moment),
    Column("error", Words),
    Index("ix_notices_due_at", "due_at"),
    Index("ix_notices_to_number", "to_number", "id"),
    Index(
        "ix_notices_secret_until",
        "secret_until",
        sqlite_where=text("secret IS NOT NULL"),
        postgresql_where=text("secret IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`due_at` is when a worker may take it: the next try of a ready one, the end of the lease of a leased
one, nothing for one that is over."""
