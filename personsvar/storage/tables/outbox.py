"""The outbox and its ledger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Double, ForeignKey, Index, Integer, LargeBinary, Table, false, text

from personsvar.storage.columns import Id, Moment, Phone, Words
from personsvar.storage.tables.parts import index_of_some, metadata, owner, row_id

# The outbox: a row for each notice, from the moment it is caused until long after it was sent.

_UNTOLD = text("due_at IS NOT NULL")
_SECRET = text("secret IS NOT NULL")

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
    index_of_some("ix_notices_waiting", "channel", "due_at", "id", of=_UNTOLD),
    index_of_some("ix_notices_waiting_since", "created_at", "channel", of=_UNTOLD),
    Index("ix_notices_to_number", "to_number", "id"),
    Index("ix_notices_created_at", "created_at"),
    Index("ix_notices_channel", "channel", "id"),
    Index("ix_notices_kind", "kind", "id"),
    Index("ix_notices_status", "status", "created_at", "id"),
    index_of_some("ix_notices_secret_until", "secret_until", of=_SECRET),
    sqlite_autoincrement=True,
)
"""`due_at` is when a worker may take it: the next try of a ready one, the end of the lease of a leased
one, nothing for one that is over. `attempts` count against the channel's limit and begin anew when it is sent
again by hand; `tries` number the ledger's attempts and never do."""

# The outbox's ledger: each try of a notice, the parts a gateway took, and what it reported of them. A
# notice that is removed takes all three with it. A receipt without a notice waits for its part.

_WAITING = text("notice_id IS NULL")


def _notice(**kind: Any) -> Column[Any]:
    return Column("notice_id", Id, ForeignKey("notices.id", ondelete="CASCADE"), **kind)


notice_attempts = Table(
    "notice_attempts",
    metadata,
    _notice(primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("gateway", Words, nullable=False),
    Column("error", Words),
)
notice_parts = Table(
    "notice_parts",
    metadata,
    _notice(primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("gateway", Words, nullable=False),
    Column("gateway_id", Words, nullable=False),
    Column("state", Words),
    Column("state_at", Moment),
    Column("detail", Words, nullable=False),
    Column("canonical_id", Words),
    Index("ix_notice_parts_gateway_id", "gateway_id", "gateway", "notice_id"),
    Index("ix_notice_parts_canonical_id", "canonical_id", "gateway", "notice_id"),
)
"""`number` is the attempt's, `state` the last thing reported of the part; `canonical_id` is the gateway's id
without what SMSCs write in several ways (`storage.parts`). The id leads in the indexes: of a gateway that
PostgreSQL has no statistics of yet, it would expect one part, and go through them all."""
receipts = Table(
    "receipts",
    metadata,
    row_id(),
    Column("gateway", Words, nullable=False),
    Column("gateway_id", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("detail", Words, nullable=False),
    _notice(),
    Column("canonical_id", Words),
    Index("uq_receipts_matched", "notice_id", "gateway", "gateway_id", "state", unique=True),
    index_of_some("uq_receipts_waiting", "gateway_id", "gateway", "state", of=_WAITING, unique=True),
    index_of_some("ix_receipts_waiting_canonical_id", "canonical_id", "gateway", of=_WAITING),
    index_of_some("ix_receipts_waiting_since", "at", of=_WAITING),
    sqlite_autoincrement=True,
)
"""A gateway may use an id again after some time: a receipt is unique among those of its notice."""
