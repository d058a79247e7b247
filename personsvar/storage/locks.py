"""Counters of wrong PINs in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select, tuple_, update

from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import locks


class SqlLocks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, scope: LockScope, key: str, *, for_change: bool = False) -> Lock:
        found = select(locks).where(_of(scope, key))
        if for_change:
            # a row that is not there can't be held, so two first failures at once would count as one
            unless_there(self._connection, locks, values_of(Lock(scope, key)), locks.c.key)
            found = found.with_for_update()
        row = self._connection.execute(found).one_or_none()
        if row is None:
            return Lock(scope, key)
        return Lock(scope, key, row.failures, row.closures, row.closed_until, row.changed_at)

    def put(self, lock: Lock) -> None:
        values = values_of(lock)
        here = update(locks).where(_of(lock.scope, lock.key))
        if not self._connection.execute(here, values).rowcount:
            unless_there(self._connection, locks, values, locks.c.key)

    def purge(self, *, before: datetime, now: datetime, limit: int) -> int:
        open_again = or_(locks.c.closed_until.is_(None), locks.c.closed_until <= now)
        quiet = and_(locks.c.changed_at < before, open_again)
        key = (locks.c.scope, locks.c.key)
        some = select(*key).where(quiet).limit(limit).with_for_update(skip_locked=True)
        return self._connection.execute(delete(locks).where(tuple_(*key).in_(some))).rowcount


def _of(scope: LockScope, key: str) -> ColumnElement[bool]:
    return and_(locks.c.scope == scope, locks.c.key == key)


def values_of(lock: Lock) -> dict[str, Any]:
    return {
        "scope": lock.scope,
        "key": lock.key,
        "failures": lock.failures,
        "closures": lock.closures,
        "closed_until": lock.closed_until,
        "changed_at": lock.changed_at,
    }
