"""The outbox of the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from personsvar.mailbox.model import Facts, NewNotice, Notice, NoticeId, NoticeStatus, Number
from tests.fakes.memory_tables import Ids, NoticeRow, Tables

ENDED = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)


@dataclass
class MemoryOutbox:
    tables: Tables
    next_ids: Ids
    next_leases: Ids

    def add(self, notice: NewNotice) -> NoticeId | None:
        self.tables.must_know(notice.to)
        if any(row.notice.dedup_key == notice.dedup_key for row in self.tables.notices.values()):
            return None
        said = {**asdict(notice), "facts": notice.facts}
        new = Notice(
            **said,
            id=NoticeId(self.next_ids.fresh()),
            status=NoticeStatus.READY,
            attempts=0,
            next_at=notice.created_at,
            lease=None,
        )
        self._keep(new, due_at=new.next_at)
        return new.id

    def claim(
        self, *, channels: Sequence[str], now: datetime, lease_seconds: float, limit: int
    ) -> Sequence[Notice]:
        waiting = [
            (row.due_at, notice)
            for notice, row in self.tables.notices.items()
            if row.due_at is not None and row.due_at <= now and row.notice.channel in channels
        ]
        lease = f"lease {self.next_leases.fresh()}"
        claimed = [self._leased(notice, lease) for _, notice in sorted(waiting)[:limit]]
        for notice in claimed:
            self._keep(notice, due_at=now + timedelta(seconds=lease_seconds))
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
        held = self.get(notice)
        if status is NoticeStatus.LEASED:
            raise ValueError(f"a delivery does not end as {status}")
        if held is None or held.lease != lease:
            return False
        if status is NoticeStatus.READY:
            self._make_ready(replace(held, error=error), next_at or now)
        else:
            self._end(replace(held, status=status, error=error), now)
        return True

    def get(self, notice: NoticeId) -> Notice | None:
        row = self.tables.notices.get(notice)
        return None if row is None else row.notice

    def list(self, *, to: Number | None = None, limit: int = 1000) -> Sequence[Notice]:
        newest_first = [row.notice for _, row in sorted(self.tables.notices.items(), reverse=True)]
        return [notice for notice in newest_first if to is None or notice.to == to][:limit]

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        held = self.get(notice)
        if held is None or held.status not in ENDED:
            return False
        self._make_ready(replace(held, attempts=0), now)
        return True

    def expire_secrets(self, *, now: datetime) -> int:
        old = [row for row in self.tables.notices.values() if _too_old(row.notice.facts, now)]
        for row in old:
            self._keep(_without_secret(row.notice), due_at=row.due_at)
        return len(old)

    def _leased(self, notice: NoticeId, lease: str) -> Notice:
        held = self.tables.notices[notice].notice
        return replace(held, status=NoticeStatus.LEASED, lease=lease, attempts=held.attempts + 1)

    def _make_ready(self, notice: Notice, next_at: datetime) -> None:
        ready = replace(notice, status=NoticeStatus.READY, lease=None, next_at=next_at, finished_at=None)
        self._keep(ready, due_at=next_at)

    def _end(self, notice: Notice, now: datetime) -> None:
        self._keep(_without_secret(replace(notice, lease=None, finished_at=now)), due_at=None)

    def _keep(self, notice: Notice, *, due_at: datetime | None) -> None:
        self.tables.notices[notice.id] = NoticeRow(notice, due_at)


def _too_old(facts: Facts, now: datetime) -> bool:
    return facts.secret is not None and facts.secret_until is not None and facts.secret_until <= now


def _without_secret(notice: Notice) -> Notice:
    return replace(notice, facts=replace(notice.facts, secret=None))
