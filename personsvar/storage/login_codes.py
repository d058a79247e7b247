"""Codes for the log-in on the page, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from personsvar.mailbox.model.ids import Number, TokenHash
from personsvar.mailbox.model.web_access import LoginCode
from personsvar.storage.holding import hold_owners
from personsvar.storage.tables import login_codes as codes


class SqlLoginCodes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, visit: TokenHash, *, for_change: bool = False) -> LoginCode | None:
        found = select(codes).where(codes.c.visit == visit)
        if for_change:
            hold_owners(self._connection, select(codes.c.number).where(codes.c.visit == visit))
        row = self._connection.execute(found.with_for_update() if for_change else found).one_or_none()
        if row is None:
            return None
        return LoginCode(row.visit, row.number, row.code, row.asked_at, row.valid_until, row.wrong)

    def add(self, code: LoginCode) -> None:
        self._connection.execute(insert(codes), _values_of(code))

    def put(self, code: LoginCode) -> None:
        self._connection.execute(update(codes).where(codes.c.visit == code.visit), _values_of(code))

    def count_since(self, number: Number, since: datetime) -> int:
        asked = select(func.count()).where(codes.c.number == number, codes.c.asked_at >= since)
        return self._connection.execute(asked).scalar_one()

    def purge(self, *, before: datetime) -> int:
        some = select(codes.c.visit).where(codes.c.asked_at < before).with_for_update(skip_locked=True)
        return self._connection.execute(delete(codes).where(codes.c.visit.in_(some))).rowcount


def _values_of(code: LoginCode) -> dict[str, Any]:
    return {
        "visit": code.visit,
        "number": code.number,
        "code": code.code,
        "asked_at": code.asked_at,
        "valid_until": code.valid_until,
        "wrong": code.wrong,
    }
