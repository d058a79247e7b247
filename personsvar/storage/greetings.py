"""Greetings in the database: versions are kept, the newest in use is heard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, select, update

from personsvar.mailbox.model.greeting import Greeting, GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import GreetingId, Number
from personsvar.mailbox.model.message import Sound
from personsvar.storage.inserting import fresh_id
from personsvar.storage.prepared import one_of
from personsvar.storage.sounds import drop_unused
from personsvar.storage.tables import greetings, renditions, subscribers

_IN_USE = (
    select(greetings)
    .where(greetings.c.mailbox == bindparam("owner"), greetings.c.kind == bindparam("which"))
    .where(greetings.c.in_use)
    .order_by(greetings.c.id.desc())
    .limit(1)
)
_OWNER_HELD = (
    select(subscribers.c.number)
    .where(subscribers.c.number == bindparam("owner"))
    .with_for_update(key_share=True)
)


class SqlGreetings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed: set[Number] = set()
        """The mailboxes in which a greeting was added, changed or removed."""

    def current(self, mailbox: Number, kind: GreetingKind) -> Greeting | None:
        row = one_of(self._connection, _IN_USE, owner=mailbox, which=kind)
        return None if row is None else greeting_of(row)

    def add(
        self,
        mailbox: Number,
        kind: GreetingKind,
        sound: Sound,
        recorded_at: datetime,
        *,
        in_use: bool = True,
    ) -> Greeting:
        if in_use:
            self.retire(mailbox, kind)
        values = {
            "mailbox": mailbox,
            "kind": kind,
            "sound_id": sound.id,
            "seconds": sound.seconds,
            "recorded_at": recorded_at,
            "in_use": in_use,
        }
        given = GreetingId(fresh_id(self._connection, greetings, values))
        self.changed.add(mailbox)
        return Greeting(id=given, mailbox=mailbox, kind=kind, sound=sound, recorded_at=recorded_at)

    def retire(self, mailbox: Number, kind: GreetingKind) -> None:
        self._hold(mailbox)
        in_use = and_(_of(mailbox, kind), greetings.c.in_use)
        if self._connection.execute(update(greetings).where(in_use).values(in_use=False)).rowcount:
            self.changed.add(mailbox)

    def listed(self, mailbox: Number, kinds: Sequence[GreetingKind]) -> Sequence[GreetingVersion]:
        every = (
            select(greetings, renditions.c.amr_bytes)
            .join(renditions, renditions.c.sound_id == greetings.c.sound_id, isouter=True)
            .where(greetings.c.mailbox == mailbox, greetings.c.kind.in_(kinds))
            .order_by(greetings.c.id)
        )
        rows = self._connection.execute(every).all()
        heard = {row.kind: row.id for row in rows if row.in_use}
        return [_version_of(row, in_use=heard.get(row.kind) == row.id) for row in rows]

    def use(self, greeting: Greeting) -> None:
        self.retire(greeting.mailbox, greeting.kind)
        self._change(greeting, in_use=True, unused_since=None)

    def mark(self, greeting: Greeting, flags: frozenset[str]) -> None:
        self._change(greeting, flags=flags)

    def remove(self, greeting: Greeting) -> None:
        here = delete(greetings).where(greetings.c.id == greeting.id)
        gone = self._connection.execute(here.returning(greetings.c.sound_id)).scalar_one_or_none()
        if gone is not None:
            self.changed.add(greeting.mailbox)
            drop_unused(self._connection, [gone])

    def mark_unused(self, *, now: datetime, limit: int) -> int:
        unmarked = select(greetings.c.id).where(~greetings.c.in_use, greetings.c.unused_since.is_(None))
        some = unmarked.order_by(greetings.c.id).limit(limit).with_for_update(skip_locked=True)
        here = update(greetings).where(greetings.c.id.in_(some))
        return self._connection.execute(here.values(unused_since=now)).rowcount

    def remove_unused(self, *, before: datetime, limit: int) -> int:
        old = select(greetings.c.id).where(~greetings.c.in_use, greetings.c.unused_since < before)
        some = old.order_by(greetings.c.unused_since).limit(limit).with_for_update(skip_locked=True)
        which = (greetings.c.sound_id, greetings.c.mailbox)
        gone = self._connection.execute(
            delete(greetings).where(greetings.c.id.in_(some)).returning(*which)
        ).all()
        self.changed |= {row.mailbox for row in gone}
        drop_unused(self._connection, [row.sound_id for row in gone])
        return len(gone)

    def _change(self, greeting: Greeting, **values: object) -> None:
        here = update(greetings).where(greetings.c.id == greeting.id)
        if self._connection.execute(here.values(**values)).rowcount:
            self.changed.add(greeting.mailbox)

    def _hold(self, mailbox: Number) -> None:
        """One after the other: two who each put another version in use would both be right."""
        self._connection.execute(_OWNER_HELD, {"owner": mailbox})


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


def _version_of(row: Row[Any], *, in_use: bool) -> GreetingVersion:
    return GreetingVersion(greeting_of(row), in_use, row.flags, row.amr_bytes)
