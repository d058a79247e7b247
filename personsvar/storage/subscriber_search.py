"""Looking for subscribers by a part of the number or of the name: each is looked at, in the order of numbers.

Databases don't agree on what the small letter of another one is: which letters are, is told them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, or_, select

from personsvar.mailbox.ports.subscriber_search import CAPITALS, SMALL, SubscribersWanted
from personsvar.storage.columns import legible
from personsvar.storage.tables import subscribers


def fitting(connection: Connection, wanted: SubscribersWanted) -> Select[Any]:
    """The rows, in no order."""
    fits: list[ColumnElement[bool]] = []
    if wanted.number is not None:
        fits.append(subscribers.c.number == wanted.number)
    if wanted.part:
        fits.append(subscribers.c.number.contains(wanted.part, autoescape=True))
    if wanted.words:
        name = _in_small_letters(connection)
        fits.append(and_(*(name.contains(legible(word), autoescape=True) for word in wanted.words)))
    return select(subscribers).where(or_(*fits)) if fits else select(subscribers)


def _in_small_letters(connection: Connection) -> ColumnElement[str]:
    """In SQLite it is a function of ours (`sqlite.py`)."""
    name = subscribers.c.name
    if connection.dialect.name == "postgresql":
        return func.translate(name, CAPITALS, SMALL, type_=Text)
    return func.in_small_letters(name, type_=Text)
