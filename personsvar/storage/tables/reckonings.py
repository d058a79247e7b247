"""Reckonings: when the clock was believed last, in one row, for whoever removes something for good."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Integer, Table

from personsvar.storage.columns import Moment, Words
from personsvar.storage.tables.metadata import metadata

reckonings = Table(
    "reckonings",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("boot", Words, nullable=False),
    Column("running_seconds", Double, nullable=False),
    Column("go_on", Boolean, nullable=False),
)
