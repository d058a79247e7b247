"""The outbox's ledger: each try of a notice, the parts a gateway took, and what it reported of them.

A notice that is removed takes all three with it. A receipt without a notice waits for its part.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, text

from personsvar.storage.columns import Id, Moment, Words
from personsvar.storage.tables.metadata import metadata, row_id

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
    Index("ix_notice_parts_gateway_id", "gateway", "gateway_id", "notice_id"),
    Index("ix_notice_parts_canonical_id", "gateway", "canonical_id", "notice_id"),
)
"""`number` is the attempt's, `state` the last thing reported of the part; `canonical_id` is the gateway's id
without what SMSCs write in several ways (`storage.part_ids`)."""
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
    Index(
        "uq_receipts_waiting",
        "gateway",
        "gateway_id",
        "state",
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    Index(
        "ix_receipts_waiting_canonical_id",
        "gateway",
        "canonical_id",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
    Index("ix_receipts_waiting_since", "at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    sqlite_autoincrement=True,
)
"""A gateway may use an id again after some time: a receipt is unique among those of its notice."""
