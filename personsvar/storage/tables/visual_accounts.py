"""Visual voicemail: how each subscriber's phone speaks, and what it logs in with."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table

from personsvar.storage.columns import Moment, Phone, Words
from personsvar.storage.tables.metadata import metadata

visual_accounts = Table(
    "visual_accounts",
    metadata,
    Column("number", Phone, ForeignKey("subscribers.number", ondelete="CASCADE"), primary_key=True),
    Column("dialect", Words, nullable=False),
    Column("status", Words, nullable=False),
    Column("port", Integer, nullable=False),
    Column("prefix", Words, nullable=False),
    Column("client", Words, nullable=False),
    Column("password", Words),
    Column("password_sealed", LargeBinary),
    Column("activated_at", Moment),
    Column("tutorial_closed", Boolean, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("asked_since", Moment),
    Index("ix_visual_accounts_status", "status", "dialect"),
)
