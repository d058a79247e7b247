"""Visual voicemail accounts in the database: a whole value in, a whole value out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from personsvar.mailbox.model.ids import Number, Sealed
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import visual_accounts as accounts

_ACTIVE = (VisualStatus.NEW, VisualStatus.READY)


class SqlVisualAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed: set[Number] = set()
        """Whose phone asked for something, and is served."""

    def get(self, number: Number, *, for_change: bool = False) -> VisualAccount | None:
        found = select(accounts).where(accounts.c.number == number)
        row = self._connection.execute(found.with_for_update() if for_change else found).one_or_none()
        return None if row is None else _account_of(row)

    def put(self, account: VisualAccount) -> None:
        if account.is_active:
            self.changed.add(account.number)
        values = _values_of(account)
        here = update(accounts).where(accounts.c.number == account.number)
        if self._connection.execute(here, values).rowcount:
            return
        if unless_there(self._connection, accounts, values, accounts.c.number) is None:
            self._connection.execute(here, values)

    def remove(self, number: Number) -> None:
        self._connection.execute(delete(accounts).where(accounts.c.number == number))

    def active(self) -> Mapping[VisualDialect, int]:
        counted = select(accounts.c.dialect, func.count()).where(accounts.c.status.in_(_ACTIVE))
        rows = self._connection.execute(counted.group_by(accounts.c.dialect))
        return {VisualDialect(dialect): count for dialect, count in rows}


def _account_of(row: Row[Any]) -> VisualAccount:
    return VisualAccount(
        number=row.number,
        dialect=VisualDialect(row.dialect),
        status=VisualStatus(row.status),
        port=row.port,
        prefix=row.prefix,
        client=row.client,
        password=row.password,
        password_sealed=None if row.password_sealed is None else Sealed(bytes(row.password_sealed)),
        activated_at=row.activated_at,
        tutorial_closed=row.tutorial_closed,
        asked=row.asked,
        asked_since=row.asked_since,
    )


def _values_of(account: VisualAccount) -> dict[str, Any]:
    return {
        "number": account.number,
        "dialect": account.dialect,
        "status": account.status,
        "port": account.port,
        "prefix": account.prefix,
        "client": account.client,
        "password": account.password,
        "password_sealed": account.password_sealed,
        "activated_at": account.activated_at,
        "tutorial_closed": account.tutorial_closed,
        "asked": account.asked,
        "asked_since": account.asked_since,
    }
