"""Call backs in the database: what was dialled, and what it cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import call_backs


class SqlCallBacks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, mailbox: Number, called: Number, *, at: datetime, price_ore: int) -> CallBackId:
        values = {"mailbox": mailbox, "called": called, "at": at, "answered": False, "price_ore": price_ore}
        return CallBackId(fresh_id(self._connection, call_backs, values))

    def answered(self, call_back: CallBackId) -> None:
        self._connection.execute(update(call_backs).where(call_backs.c.id == call_back).values(answered=True))

    def count_since(self, mailbox: Number, since: datetime) -> int:
        dialled = select(func.count()).where(call_backs.c.mailbox == mailbox, call_backs.c.at >= since)
        return self._connection.execute(dialled).scalar_one()

    def charges(self, *, mailbox: Number | None = None) -> Sequence[CallBack]:
        answered = select(call_backs).where(call_backs.c.answered)
        if mailbox is not None:
            answered = answered.where(call_backs.c.mailbox == mailbox)
        rows = self._connection.execute(answered.order_by(call_backs.c.at, call_backs.c.id))
        return [_call_back_of(row) for row in rows]

    def charges_page(
        self,
        *,
        mailbox: Number | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: CallBackId | None = None,
        limit: int = 1000,
    ) -> Sequence[CallBack]:
        filters = (
            (call_backs.c.mailbox, eq, mailbox),
            (call_backs.c.at, ge, since),
            (call_backs.c.at, lt, until),
        )
        fitting = (compare(column, value) for column, compare, value in filters if value is not None)
        page = select(call_backs).where(call_backs.c.answered, *fitting).limit(limit)
        if after is not None:
            page = page.where(*self._behind(after))
        rows = self._connection.execute(page.order_by(call_backs.c.at, call_backs.c.id))
        return [_call_back_of(row) for row in rows]

    def _behind(self, last: CallBackId) -> Sequence[ColumnElement[bool]]:
        """What follows the last one of the page before. By its id alone, should it be gone by now."""
        here = select(call_backs.c.at).where(call_backs.c.id == last)
        at = self._connection.execute(here).scalar_one_or_none()
        if at is None:
            return [call_backs.c.id > last]
        return [call_backs.c.at >= at, or_(call_backs.c.at > at, call_backs.c.id > last)]

    def get(self, call_back: CallBackId) -> CallBack | None:
        row = self._connection.execute(select(call_backs).where(call_backs.c.id == call_back)).one_or_none()
        return None if row is None else _call_back_of(row)

    def purge(self, *, answered: bool, before: datetime, limit: int) -> int:
        old = select(call_backs.c.id).where(call_backs.c.answered == answered, call_backs.c.at < before)
        some = old.order_by(call_backs.c.at).limit(limit).with_for_update(skip_locked=True)
        return self._connection.execute(delete(call_backs).where(call_backs.c.id.in_(some))).rowcount


def _call_back_of(row: Row[Any]) -> CallBack:
    return CallBack(row.id, row.mailbox, row.called, row.at, row.answered, row.price_ore)
