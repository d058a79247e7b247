"""The outbox in the database: claimed under a lease, written back under the lease's token.

One statement claims, on both databases: a CTE picks due rows (on PostgreSQL past those another
worker holds; SQLite has one writer at a time), and the UPDATE around it leases them and gives them back.
A worker that died simply lets its lease run out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Update, select, update

from personsvar.mailbox.model import NewNotice, Notice, NoticeId, NoticeStatus, Number
from personsvar.storage.inserting import unless_there
from personsvar.storage.notice_rows import notice_of, values_of
from personsvar.storage.tables import notices

ENDED = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)


class SqlOutbox:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added = False
        """Something was added: whoever delivers may be told once it is committed."""

    def add(self, notice: NewNotice) -> NoticeId | None:
        given = unless_there(self._connection, notices, values_of(notice), notices.c.id)
        self.added = self.added or given is not None
        return None if given is None else NoticeId(given)

    def claim(
        self, *, channels: Sequence[str], now: datetime, lease_seconds: float, limit: int
    ) -> Sequence[Notice]:
        due = (
            select(notices.c.id)
            .where(notices.c.due_at <= now, notices.c.channel.in_(channels))
            .order_by(notices.c.due_at, notices.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        lease = {
            "status": NoticeStatus.LEASED,
            "lease": uuid4().hex,
            "due_at": now + timedelta(seconds=lease_seconds),
            "attempts": notices.c.attempts + 1,
        }
        taken = update(notices).where(notices.c.id.in_(select(due.c.id))).values(lease).returning(notices)
        claimed = [notice_of(row) for row in self._connection.execute(taken)]
        return sorted(claimed, key=lambda notice: (notice.next_at, notice.id))

    def settle(
        self,
        notice: NoticeId,
        *,
        lease: str,
        status: NoticeStatus,
        now: datetime,
        next_at: datetime | None = None,
        error: str | None = None,
    ) -> bool:
        ours = update(notices).where(notices.c.id == notice, notices.c.lease == lease)
        return self._changed(ours.values({"error": error, **_outcome(status, now, next_at or now)}))

    def get(self, notice: NoticeId) -> Notice | None:
        row = self._connection.execute(select(notices).where(notices.c.id == notice)).one_or_none()
        return None if row is None else notice_of(row)

    def list(self, *, to: Number | None = None, limit: int = 1000) -> Sequence[Notice]:
        ledger = select(notices).order_by(notices.c.id.desc()).limit(limit)
        if to is not None:
            ledger = ledger.where(notices.c.to_number == to)
        return [notice_of(row) for row in self._connection.execute(ledger)]

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        over = update(notices).where(notices.c.id == notice, notices.c.status.in_(ENDED))
        again = self._changed(over.values({"attempts": 0, **_ready(now)}))
        self.added = self.added or again
        return again

    def expire_secrets(self, *, now: datetime) -> int:
        old = update(notices).where(notices.c.secret.is_not(None), notices.c.secret_until <= now)
        return self._connection.execute(old.values(secret=None)).rowcount

    def _changed(self, statement: Update) -> bool:
        return self._connection.execute(statement).rowcount > 0


def _outcome(status: NoticeStatus, now: datetime, next_at: datetime) -> dict[str, Any]:
    if status is NoticeStatus.READY:
        return _ready(next_at)
    if status in ENDED:
        return {"status": status, "lease": None, "due_at": None, "finished_at": now, "secret": None}
    raise ValueError(f"a delivery does not end as {status}")


def _ready(next_at: datetime) -> dict[str, Any]:
    return {
        "status": NoticeStatus.READY,
        "lease": None,
        "next_at": next_at,
        "due_at": next_at,
        "finished_at": None,
    }
