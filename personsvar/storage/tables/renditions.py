"""Renditions: a recording as AMR-NB, encoded once; it goes with its sound."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Table

from personsvar.storage.columns import Id
from personsvar.storage.tables.metadata import metadata

renditions = Table(
    "renditions",
    metadata,
    Column(
        "sound_id", Id, ForeignKey("sounds.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    ),
    Column("amr_bytes", Integer, nullable=False),
    Column("amr", LargeBinary, nullable=False),
)
"""The length stands before the bytes: SQLite reads it without going through them."""
