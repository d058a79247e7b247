"""When the clock was believed last: one row, whoever writes it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.storage.inserting import upsert
from personsvar.storage.tables import reckonings

_THE_ROW = 1


class SqlUpkeep:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> Reckoning | None:
        row = self._connection.execute(select(reckonings)).one_or_none()
        return None if row is None else Reckoning(row.at, Uptime(row.boot, row.running_seconds), row.go_on)

    def put(self, reckoning: Reckoning) -> None:
        values = {
            "at": reckoning.at,
            "boot": reckoning.uptime.boot,
            "running_seconds": reckoning.uptime.seconds,
            "go_on": reckoning.go_on,
        }
        upsert(self._connection, reckonings, {"id": _THE_ROW, **values}, reckonings.c.id, values)
