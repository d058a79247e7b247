"""What is known from one round of a chore to the next: one row of each kind, whoever writes it."""

from __future__ import annotations

from sqlalchemy import Connection, select

from personsvar.mailbox.model.reckoning import Reckoning, Uptime, WarningTerms
from personsvar.storage.inserting import upsert
from personsvar.storage.tables import reckonings, warning_terms

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

    def warning_terms(self) -> WarningTerms | None:
        row = self._connection.execute(select(warning_terms)).one_or_none()
        return None if row is None else WarningTerms(row.terms, row.looked_at, row.settled)

    def put_warning_terms(self, terms: WarningTerms) -> None:
        values = {"terms": terms.terms, "looked_at": terms.looked_at, "settled": terms.settled}
        upsert(self._connection, warning_terms, {"id": _THE_ROW, **values}, warning_terms.c.id, values)
