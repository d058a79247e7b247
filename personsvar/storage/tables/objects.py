"""What is in the object store, and no recording names: written here before it goes there, gone after it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Table

from personsvar.storage.columns import Moment, Words
from personsvar.storage.tables.parts import metadata, row_id

# Loose objects: on their way to a recording's row, or without one any more; few, whatever the store holds.

loose_objects = Table(
    "loose_objects",
    metadata,
    row_id(),
    Column("name", Words, nullable=False, unique=True),
    Column("since", Moment, nullable=False),
    Column("doomed", Boolean, nullable=False),
    Index("ix_loose_objects_doomed", "doomed", "since"),
    sqlite_autoincrement=True,
)
"""`doomed`: no row will name it any more, and it is to be removed; else who wrote it has a while for that."""
