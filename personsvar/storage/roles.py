"""Roles that were granted, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.web_access import Role
from personsvar.storage.holding import hold_owner
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import roles


class SqlRoles:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, number: Number) -> frozenset[Role]:
        granted = select(roles.c.role).where(roles.c.number == number)
        return frozenset(Role(role) for role in self._connection.execute(granted).scalars())

    def grant(self, number: Number, role: Role, at: datetime) -> bool:
        values = {"number": number, "role": role, "granted_at": at}
        return unless_there(self._connection, roles, values, roles.c.number) is not None

    def revoke(self, number: Number, role: Role) -> bool:
        hold_owner(self._connection, number)
        here = delete(roles).where(roles.c.number == number, roles.c.role == role)
        return self._connection.execute(here).rowcount > 0

    def holders(self, role: Role) -> Sequence[Number]:
        having = select(roles.c.number).where(roles.c.role == role).order_by(roles.c.number)
        return self._connection.execute(having).scalars().all()
