"""What tables are made of: the list of them all, and the columns that many have."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, text

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


def owner(name: str = "mailbox") -> Column[Any]:
    """Whose the row is: it goes with its subscriber, since numbers are used again."""
    return Column(name, Phone, ForeignKey("subscribers.number", ondelete="CASCADE"), nullable=False)


def sound() -> Column[Any]:
    """The recording of a row: it is shared, and goes with the last that names it."""
    return Column("sound_id", Id, ForeignKey("sounds.id"), nullable=False, index=True)
