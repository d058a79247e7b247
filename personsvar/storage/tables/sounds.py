"""Sounds: the recordings as bytes, apart from what is said about them, so that no list ever reads them."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from personsvar.storage.tables.metadata import metadata, row_id

sounds = Table(
    "sounds",
    metadata,
    row_id(),
    Column("alaw", LargeBinary, nullable=False),
    sqlite_autoincrement=True,
)
