"""The tables of how often something happened: what is to be counted, and what was."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table

from personsvar.storage.columns import Id, Moment, Words
from personsvar.storage.tables.parts import metadata, row_id

# Occurrences: written down by many at once, each a row of its own; counted and removed by one chore.

occurrences = Table(
    "occurrences",
    metadata,
    row_id(),
    Column("at", Moment, nullable=False),
    Column("subject", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("outcome", Words, nullable=False),
    Column("times", Integer, nullable=False),
    sqlite_autoincrement=True,
)

# Tallies: how often, in each stretch of time.

tallies = Table(
    "tallies",
    metadata,
    Column("stretch", Words, primary_key=True),
    Column("begins_at", Moment, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("name", Words, primary_key=True),
    Column("outcome", Words, primary_key=True),
    Column("times", Id, nullable=False),
)
