"""Locks: counters of wrong PINs, kept across calls."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from personsvar.storage.columns import Moment, Phone, Words
from personsvar.storage.tables.metadata import metadata

locks = Table(
    "locks",
    metadata,
    Column("scope", Words, primary_key=True),
    Column("key", Phone, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("closures", Integer, nullable=False),
    Column("closed_until", Moment),
    Column("changed_at", Moment),
    Index("ix_locks_key", "key"),
    Index("ix_locks_changed_at", "changed_at"),
)
