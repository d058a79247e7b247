"""Greetings in the database: versions are kept, the newest in use is heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, select, update

from personsvar.mailbox.model import Greeting, GreetingId, GreetingKind, Number, Sound
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import greetings

_IN_USE = (
    select(greetings)
    .where(greetings.c.mailbox == bindparam("owner"), greetings.c.kind == bindparam("which"))
    .where(greetings.c.in_use)
    .order_by(greetings.c.id.desc())
    .limit(1)
)


class SqlGreetings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self, mailbox: Number, kind: GreetingKind) -> Greeting | None:
        row = self._connection.execute(_IN_USE, {"owner": mailbox, "which": kind}).one_or_none()
        return None if row is None else greeting_of(row)

    def add(self, mailbox: Number, kind: GreetingKind, sound: Sound, recorded_at: datetime) -> Greeting:
        self.retire(mailbox, kind)
        values = {
            "mailbox": mailbox,
            "kind": kind,
            "sound_id": sound.id,
            "seconds": sound.seconds,
            "recorded_at": recorded_at,
            "in_use": True,
        }
        given = GreetingId(fresh_id(self._connection, greetings, values))
        return Greeting(id=given, mailbox=mailbox, kind=kind, sound=sound, recorded_at=recorded_at)

    def retire(self, mailbox: Number, kind: GreetingKind) -> None:
        in_use = and_(_of(mailbox, kind), greetings.c.in_use)
        self._connection.execute(update(greetings).where(in_use).values(in_use=False))

    def versions(self, mailbox: Number, kind: GreetingKind) -> Sequence[Greeting]:
        every = select(greetings).where(_of(mailbox, kind)).order_by(greetings.c.id.desc())
        return [greeting_of(row) for row in self._connection.execute(every)]


def _of(mailbox: Number, kind: GreetingKind) -> ColumnElement[bool]:
    return and_(greetings.c.mailbox == mailbox, greetings.c.kind == kind)


def greeting_of(row: Row[Any]) -> Greeting:
    return Greeting(
        id=row.id,
        mailbox=row.mailbox,
        kind=GreetingKind(row.kind),
        sound=Sound(row.sound_id, row.seconds),
        recorded_at=row.recorded_at,
    )
