"""The tables of what callers are called: by each subscriber, and by the operator for everybody."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from personsvar.storage.columns import Phone, Words
from personsvar.storage.tables.parts import metadata

caller_names = Table(
    "caller_names",
    metadata,
    Column("mailbox", Phone, ForeignKey("subscribers.number", ondelete="CASCADE"), primary_key=True),
    Column("number", Phone, primary_key=True),
    Column("name", Words, nullable=False),
)
operator_names = Table(
    "operator_names",
    metadata,
    Column("number", Phone, primary_key=True),
    Column("name", Words, nullable=False),
)
