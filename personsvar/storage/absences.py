"""Absences in the database: a row each, whether planned by hand or from a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update
from sqlalchemy.sql.dml import ReturningDelete

from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.storage.inserting import fresh_id
from personsvar.storage.prepared import rows_of
from personsvar.storage.sounds import AT_ONCE, drop_unused
from personsvar.storage.tables import absences as planned

_NO_ID = AbsenceId(0)
_NOT_OVER = (
    select(planned)
    .where(planned.c.mailbox == bindparam("owner"), planned.c.ends_at > bindparam("moment"))
    .order_by(planned.c.starts_at, planned.c.id)
)


class SqlAbsences:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, absence: Absence) -> Absence:
        return replace(absence, id=AbsenceId(fresh_id(self._connection, planned, _values_of(absence))))

    def get(self, absence: AbsenceId) -> Absence | None:
        row = self._connection.execute(select(planned).where(planned.c.id == absence)).one_or_none()
        return None if row is None else _absence_of(row)

    def put(self, absence: Absence) -> None:
        before = self.get(absence.id)
        where = planned.c.id == absence.id
        self._connection.execute(update(planned).where(where).values(_values_of(absence)))
        if before is not None and before.recording is not None:
            drop_unused(self._connection, [before.recording.id])

    def not_over(self, mailbox: Number, *, at: datetime) -> Sequence[Absence]:
        return [_absence_of(row) for row in rows_of(self._connection, _NOT_OVER, owner=mailbox, moment=at)]

    def replace(
        self, mailbox: Number, calendar: CalendarId, absences: Sequence[Absence], *, now: datetime
    ) -> int:
        held = {_said(it): it.id for it in self.not_over(mailbox, at=now) if it.calendar == calendar}
        wanted = {_said(it) for it in (replace(one, mailbox=mailbox, calendar=calendar) for one in absences)}
        gone = [id_ for said, id_ in held.items() if said not in wanted]
        new = wanted - held.keys()
        self._remove(gone)
        for absence in sorted(new, key=lambda it: it.starts_at):
            self.add(absence)
        return len(gone) + len(new)

    def remove(self, absence: AbsenceId) -> None:
        self._remove([absence])

    def purge(self, *, before: datetime, limit: int) -> int:
        over = select(planned.c.id).where(planned.c.ends_at < before).order_by(planned.c.ends_at)
        some = over.limit(limit).with_for_update(skip_locked=True)
        return self._gone(self._connection.execute(_deleted().where(planned.c.id.in_(some))).all())

    def _remove(self, which: Sequence[AbsenceId]) -> None:
        for start in range(0, len(which), AT_ONCE):
            some = which[start : start + AT_ONCE]
            self._gone(self._connection.execute(_deleted().where(planned.c.id.in_(some))).all())

    def _gone(self, rows: Sequence[Row[Any]]) -> int:
        drop_unused(self._connection, [row.sound_id for row in rows if row.sound_id is not None])
        return len(rows)


def _deleted() -> ReturningDelete[Any]:
    return delete(planned).returning(planned.c.sound_id)


def _said(absence: Absence) -> Absence:
    """All of it but its id, which is ours."""
    return replace(absence, id=_NO_ID)


def _values_of(absence: Absence) -> dict[str, Any]:
    return {
        "mailbox": absence.mailbox,
        "starts_at": absence.starts_at,
        "ends_at": absence.ends_at,
        "reason": absence.reason,
        "takes_messages": absence.takes_messages,
        "sound_id": absence.recording.id if absence.recording else None,
        "seconds": absence.recording.seconds if absence.recording else None,
        "calendar_id": absence.calendar,
        "uid": absence.uid,
    }


def _absence_of(row: Any) -> Absence:
    return Absence(
        id=row.id,
        mailbox=row.mailbox,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        reason=None if row.reason is None else AbsenceReason(row.reason),
        takes_messages=row.takes_messages,
        recording=None if row.sound_id is None else Sound(row.sound_id, row.seconds),
        calendar=row.calendar_id,
        uid=row.uid,
    )
