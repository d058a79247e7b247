"""The audit trail in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, or_, select, update

from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import AuditEntryId, Number
from personsvar.mailbox.ports.access import EVERYTHING, AuditWanted
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import audit_entries as entries


class SqlAuditTrail:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: AuditEntry) -> AuditEntryId:
        values = {
            "at": entry.at,
            "actor_kind": entry.actor.kind,
            "actor_name": entry.actor.name,
            "action": entry.action,
            "mailbox": entry.mailbox,
            "detail": entry.detail,
        }
        return AuditEntryId(fresh_id(self._connection, entries, values))

    def list(
        self,
        wanted: AuditWanted = EVERYTHING,
        *,
        before_id: AuditEntryId | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEntry]:
        filters = (
            (entries.c.mailbox, eq, wanted.mailbox),
            (entries.c.actor_kind, eq, wanted.kind),
            (entries.c.actor_name, eq, wanted.name),
            (entries.c.action, eq, wanted.action),
            (entries.c.at, ge, wanted.since),
            (entries.c.at, lt, wanted.until),
            (entries.c.id, lt, before_id),
        )
        fitting = (compare(column, value) for column, compare, value in filters if value is not None)
        page = select(entries).where(*fitting).order_by(entries.c.id.desc()).limit(limit)
        return [_entry_of(row) for row in self._connection.execute(page)]

    def purge(self, *, before: datetime, limit: int) -> int:
        old = select(entries.c.id).where(entries.c.at < before).order_by(entries.c.at).limit(limit)
        some = old.with_for_update(skip_locked=True)
        return self._connection.execute(delete(entries).where(entries.c.id.in_(some))).rowcount


def forget_actor(connection: Connection, number: Number) -> None:
    """A removed subscriber who was an operator: what he did in others' mailboxes stands there without him.

    Before what was done in his own goes, and all rows in one order: of two operators who are removed in one
    moment each has entries in the other's mailbox.
    """
    his = and_(entries.c.actor_kind == ActorKind.OPERATOR, entries.c.actor_name == number)
    held = select(entries.c.id).where(or_(entries.c.mailbox == number, his)).order_by(entries.c.id)
    connection.execute(held.with_for_update())
    connection.execute(update(entries).where(his).values(actor_name=""))


def _entry_of(row: Row[Any]) -> AuditEntry:
    actor = Actor(ActorKind(row.actor_kind), row.actor_name)
    return AuditEntry(
        row.at, actor, AuditAction(row.action), row.mailbox, row.detail, id=AuditEntryId(row.id)
    )
