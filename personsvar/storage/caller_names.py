"""Names of callers in the database: a table of subscribers' own lists, and one of the operator's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
)

from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.storage.columns import Phone
from personsvar.storage.holding import hold_owner
from personsvar.storage.inserting import upsert_all
from personsvar.storage.prepared import rows_of
from personsvar.storage.tables import caller_names as own
from personsvar.storage.tables import operator_names as operators

NUMBERS_AT_ONCE = 128
"""Numbers looked up by one statement."""


class SqlCallerNames:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, owner: Number | None, names: Collection[CallerName]) -> None:
        table, _ = _list_of(owner)
        whose = {} if owner is None else {"mailbox": owner}
        rows = [{**whose, "number": it.number, "name": it.name} for it in names]
        upsert_all(self._connection, table, rows, tuple(table.primary_key.columns), table.c.name)

    def get(self, owner: Number | None, number: Number) -> CallerName | None:
        table, here = _list_of(owner)
        one = select(table.c.number, table.c.name).where(here, table.c.number == number)
        row = self._connection.execute(one).one_or_none()
        return None if row is None else CallerName(row.number, row.name)

    def remove(self, owner: Number | None, number: Number) -> bool:
        self._hold(owner)
        table, here = _list_of(owner)
        return self._connection.execute(delete(table).where(here, table.c.number == number)).rowcount > 0

    def clear(self, owner: Number | None) -> int:
        self._hold(owner)
        table, here = _list_of(owner)
        return self._connection.execute(delete(table).where(here)).rowcount

    def list(
        self, owner: Number | None, *, after: Number | None = None, limit: int = 1000
    ) -> Sequence[CallerName]:
        table, here = _list_of(owner)
        page = select(table.c.number, table.c.name).where(here).order_by(table.c.number).limit(limit)
        wanted = page if after is None else page.where(table.c.number > after)
        return [CallerName(row.number, row.name) for row in self._connection.execute(wanted)]

    def count(self, owner: Number | None) -> int:
        table, here = _list_of(owner)
        return self._connection.execute(select(func.count()).select_from(table).where(here)).scalar_one()

    def _hold(self, owner: Number | None) -> None:
        if owner is not None:
            hold_owner(self._connection, owner)

    def known(self, owner: Number | None, numbers: Collection[Number]) -> Mapping[Number, str]:
        """No row has the mailbox NULL: without an owner the operator's names are all there are."""
        wanted, found = list(numbers), dict[Number, str]()
        for start in range(0, len(wanted), NUMBERS_AT_ONCE):
            some = wanted[start : start + NUMBERS_AT_ONCE]
            places = 1 << (len(some) - 1).bit_length()
            values = {_name(place): some[min(place, len(some) - 1)] for place in range(places)}
            found |= {
                row.number: row.name
                for row in rows_of(self._connection, _known(places), owner=owner, **values)
            }
        return found


@cache
def _known(places: int) -> CompoundSelect[Any]:
    """Of so many numbers, a power of two: so there are few statements, and the last number fills them up."""
    numbers = [bindparam(_name(place), type_=Phone()) for place in range(places)]
    theirs = select(operators.c.number, operators.c.name, literal(0).label("goes_before"))
    his = select(own.c.number, own.c.name, literal(1)).where(own.c.mailbox == bindparam("owner"))
    return union_all(
        theirs.where(operators.c.number.in_(numbers)), his.where(own.c.number.in_(numbers))
    ).order_by("goes_before")


def _name(place: int) -> str:
    return f"number_{place}"


def _list_of(owner: Number | None) -> tuple[Table, ColumnElement[Any]]:
    """The table, and which of its rows are of the list."""
    return (operators, literal(value=True)) if owner is None else (own, own.c.mailbox == owner)
