"""A notice is added once for each dedup key, and renewed under it.

SQLite holds the key unique by itself. On PostgreSQL a ledger that is divided into months (`storage.months`)
has a unique key in each of them: in the others it is looked for first. Nobody adds to two months at once, for
a month begins while nobody adds (`months.turning`); so this holds for one that is whole as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, literal_column, select, update
from sqlalchemy.sql.dml import ReturningInsert

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage.inserting import new_unless_there, unless_there, upsert
from personsvar.storage.months.month import IDS
from personsvar.storage.months.partitions import COUNTER
from personsvar.storage.prepared import returned_by_all
from personsvar.storage.tables import notices

_LAST = literal_column(f"(SELECT last_value FROM {COUNTER})", notices.c.id.type)  # noqa: S608 - our own name
_OF_THIS_MONTH = notices.c.id // IDS == _LAST // IDS
"""Of the month whose ids are given now; where there are none, every notice."""

TRIES = 3
_THERE = select(notices.c.id).where(notices.c.dedup_key == bindparam("key")).limit(1)


def add_once(connection: Connection, values: Mapping[str, Any]) -> int | None:
    """The new notice's id; None: one with the key is there.

    Raise StoreUnavailableError where its id was given before: that is no notice that is there.
    """
    if connection.dialect.name == "sqlite":
        given: int | None = unless_there(connection, notices, values, notices.c.id)
        return given
    for _ in range(TRIES):  # one that was there may go before it is looked for
        given = returned_by_all(connection, _added(tuple(values)), values)
        if given is not None or connection.execute(_THERE, {"key": values["dedup_key"]}).first():
            return given
    raise StoreUnavailableError("a notice can't be written: its id is taken")


def renew(connection: Connection, values: Mapping[str, Any], instead: Mapping[str, Any]) -> None:
    """Add the notice, or change the one with the key to `instead`.

    One of a month before makes room for a new one: else its month would never be over.
    """
    if connection.dialect.name == "sqlite":
        upsert(connection, notices, values, notices.c.dedup_key, instead)
        return
    here = notices.c.dedup_key == values["dedup_key"]
    change = update(notices).where(here, _OF_THIS_MONTH).values(dict(instead))
    while not (connection.execute(change).rowcount or add_once(connection, values)):
        connection.execute(delete(notices).where(here, ~_OF_THIS_MONTH))


@cache
def _added(names: tuple[str, ...]) -> ReturningInsert[Any]:
    given = [bindparam(name, type_=notices.c[name].type) for name in names]
    taken = exists().where(notices.c.dedup_key == bindparam("dedup_key", type_=notices.c.dedup_key.type))
    new = new_unless_there("postgresql", notices).from_select(names, select(*given).where(~taken))
    return new.returning(notices.c.id)
