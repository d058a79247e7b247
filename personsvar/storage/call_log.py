"""The call log in the database. A row is added in the transaction of what the call left, by a prepared
statement: it costs a deposit one insert, and no look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, literal, or_, select, tuple_, update

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.storage.columns import Id, Moment
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import calls


class SqlCallLog:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: CallRecord) -> None:
        values = _values_of(record)
        if unless_there(self._connection, calls, values, calls.c.id) is None:
            self._became(record, values)

    def list(
        self, only: CallsWanted, *, behind: CallPlace | None = None, limit: int = 100
    ) -> Sequence[CallRecord]:
        wanted = select(calls).where(*_which(only))
        if behind is not None:
            place = tuple_(literal(behind.began_at, Moment()), literal(behind.id, Id()))
            wanted = wanted.where(tuple_(calls.c.began_at, calls.c.id) < place)
        newest_first = wanted.order_by(calls.c.began_at.desc(), calls.c.id.desc())
        return [_record_of(row) for row in self._connection.execute(newest_first.limit(limit))]

    def purge(self, *, before: datetime, limit: int) -> int:
        old = select(calls.c.id).where(calls.c.began_at < before).order_by(calls.c.began_at).limit(limit)
        some = old.with_for_update(skip_locked=True)
        return self._connection.execute(delete(calls).where(calls.c.id.in_(some))).rowcount

    def _became(self, record: CallRecord, values: dict[str, Any]) -> None:
        """It is there already, and stays as it is unless it became a message, or somebody's, since."""
        this = and_(calls.c.began_at == record.began_at, calls.c.call_id == record.call_id)
        grew = or_(calls.c.came_of != CameOf.MESSAGE, calls.c.seconds < record.seconds)
        changes = calls.c.came_of == CameOf.NOT_SERVED
        if record.came_of is CameOf.MESSAGE:
            changes = or_(changes, grew)
        if record.came_of is not CameOf.NOT_SERVED:
            self._connection.execute(update(calls).where(this, changes), values)


def _which(only: CallsWanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (calls.c.mailbox, only.mailbox),
        (calls.c.caller, only.caller),
        (calls.c.came_of, only.came_of),
    ):
        if value is not None:
            yield column == value
    if only.since is not None:
        yield calls.c.began_at >= only.since
    if only.until is not None:
        yield calls.c.began_at < only.until


def _values_of(record: CallRecord) -> dict[str, Any]:
    return {
        "began_at": record.began_at,
        "call_id": record.call_id,
        "caller": record.caller,
        "mailbox": record.mailbox,
        "came_of": record.came_of,
        "reason": record.reason,
        "seconds": record.seconds,
        "listened": record.listened,
    }


def _record_of(row: Row[Any]) -> CallRecord:
    return CallRecord(
        call_id=row.call_id,
        began_at=row.began_at,
        caller=row.caller,
        mailbox=row.mailbox,
        came_of=CameOf(row.came_of),
        seconds=row.seconds,
        reason=None if row.reason is None else MissedReason(row.reason),
        listened=row.listened,
        id=row.id,
    )
