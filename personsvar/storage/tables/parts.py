"""What tables are made of: the list of them all, and the columns that many have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, Index, MetaData, TextClause, text

from personsvar.storage.columns import Id, Phone

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KNOWN_CALLER = text("caller IS NOT NULL")
"""An index by caller leaves out those who withheld their number."""


def row_id() -> Column[Any]:
    """A number that is never given twice (see `sqlite_autoincrement` at each table)."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def owner(name: str = "mailbox", *, nullable: bool = False, **kind: Any) -> Column[Any]:
    """Whose the row is, where it is somebody's: it goes with its subscriber, since numbers are used again."""
    key = ForeignKey("subscribers.number", ondelete="CASCADE")
    return Column(name, Phone, key, nullable=nullable, **kind)


def sound(*, nullable: bool = False) -> Column[Any]:
    """The recording of a row: it is shared, and goes with the last that names it."""
    return Column("sound_id", Id, ForeignKey("sounds.id"), nullable=nullable, index=True)


def index_of_some(name: str, *columns: str, of: TextClause, unique: bool = False) -> Index:
    """An index that holds only the rows that are looked for by it."""
    return Index(name, *columns, unique=unique, sqlite_where=of, postgresql_where=of)
