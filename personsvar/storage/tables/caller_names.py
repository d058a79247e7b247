"""The tables of what callers are called: by each subscriber, and by the operator for everybody."""

from __future__ import annotations

from sqlalchemy import Column, Table

from personsvar.storage.columns import Phone, Words
from personsvar.storage.tables.parts import metadata, owner

caller_names = Table(
    "caller_names",
    metadata,
    owner(primary_key=True),
    Column("number", Phone, primary_key=True),
    Column("name", Words, nullable=False),
)
operator_names = Table(
    "operator_names",
    metadata,
    Column("number", Phone, primary_key=True),
    Column("name", Words, nullable=False),
)
