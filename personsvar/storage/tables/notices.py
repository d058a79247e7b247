"""The outbox: a row for each notice, from the moment it is caused until long after it was sent."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, LargeBinary, Table, false, text

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
    Column("calls", Integer),
    Column("joined", Words),
    Column("counted", Integer),
    Column("secret", LargeBinary),
    Column("secret_until", Moment),
    Column("status", Words, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Moment, nullable=False),
    Column("due_at", Moment),
    Column("held_until", Moment),
    Column("lease", Words),
    Column("finished_at", Moment),
    Column("error", Words),
    Column("owner_told", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_notices_waiting",
        "channel",
        "due_at",
        "id",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("ix_notices_to_number", "to_number", "id"),
    Index("ix_notices_created_at", "created_at"),
    Index("ix_notices_channel", "channel", "id"),
    Index("ix_notices_kind", "kind", "id"),
    Index("ix_notices_status", "status", "id"),
    Index(
        "ix_notices_secret_until",
        "secret_until",
        sqlite_where=text("secret IS NOT NULL"),
        postgresql_where=text("secret IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)
"""`due_at` is when a worker may take it: the next try of a ready one, the end of the lease of a leased
one, nothing for one that is over. `attempts` count against the channel's limit and begin anew when it is sent
again by hand; `tries` number the ledger's attempts and never do."""
