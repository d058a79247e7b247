"""Calls, call backs, and the locks of those who call."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, Table, text

from personsvar.storage.columns import Moment, Phone, Words
from personsvar.storage.tables.parts import KNOWN_CALLER, index_of_some, metadata, owner, row_id

# Calls: the log, a row a call. One is known by when it began and the switch's id, which may come again.

UNCOUNTED = "counted_as IS NULL OR counted_as <> came_of"

calls = Table(
    "calls",
    metadata,
    row_id(),
    Column("began_at", Moment, nullable=False),
    Column("call_id", Words, nullable=False),
    Column("caller", Phone),
    owner(nullable=True),
    Column("came_of", Words, nullable=False),
    Column("reason", Words),
    Column("seconds", Double, nullable=False),
    Column("listened", Boolean, nullable=False),
    Column("counted_as", Words),
    Index("uq_calls_began_at", "began_at", "call_id", unique=True),
    Index("ix_calls_mailbox", "mailbox", "began_at", "id"),
    index_of_some("ix_calls_caller", "caller", "began_at", "id", of=KNOWN_CALLER),
    index_of_some("ix_calls_uncounted", "id", of=text(UNCOUNTED)),
    sqlite_autoincrement=True,
)
"""`counted_as` is written by who counts (`storage.tallies`): what came of the call when it was."""

# Call backs: each one dialled; the answered ones are charges.

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

# Locks: counters of wrong PINs, kept across calls.

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
