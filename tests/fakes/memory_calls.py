"""The call log in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import CallRecordId
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from tests.fakes.memory_tables import Ids, Tables


@dataclass
class MemoryCallLog:
    tables: Tables
    next_ids: Ids

    def add(self, record: CallRecord) -> None:
        if record.mailbox is not None:
            self.tables.must_know(record.mailbox)
        there = next((it for it in self.tables.calls.values() if _is_the_same(it, record)), None)
        if there is None:
            new = replace(record, id=CallRecordId(self.next_ids.fresh()))
            self.tables.calls[new.id] = new
        elif _became(there, record):
            self.tables.calls[there.id] = replace(record, id=there.id)

    def list(
        self, only: CallsWanted, *, behind: CallPlace | None = None, limit: int = 100
    ) -> Sequence[CallRecord]:
        wanted = [it for it in self.tables.calls.values() if _is_wanted(it, only)]
        if behind is not None:
            wanted = [it for it in wanted if _age(it) < (behind.began_at, behind.id)]
        return sorted(wanted, key=_age, reverse=True)[:limit]

    def purge(self, *, before: datetime, limit: int) -> int:
        old = sorted((it for it in self.tables.calls.values() if it.began_at < before), key=_age)[:limit]
        for record in old:
            del self.tables.calls[record.id]
        return len(old)


def _age(record: CallRecord) -> tuple[datetime, int]:
    return record.began_at, record.id


def _is_the_same(there: CallRecord, record: CallRecord) -> bool:
    return (there.began_at, there.call_id) == (record.began_at, record.call_id)


def _became(there: CallRecord, record: CallRecord) -> bool:
    if record.came_of is CameOf.NOT_SERVED:
        return False
    if there.came_of is CameOf.NOT_SERVED:
        return True
    is_more = there.came_of is not CameOf.MESSAGE or there.seconds < record.seconds
    return record.came_of is CameOf.MESSAGE and is_more


def _is_wanted(record: CallRecord, only: CallsWanted) -> bool:
    asked = (
        (only.mailbox, record.mailbox),
        (only.caller, record.caller),
        (only.came_of, record.came_of),
    )
    is_then = (only.since is None or record.began_at >= only.since) and (
        only.until is None or record.began_at < only.until
    )
    return is_then and all(value is None or value == is_ for value, is_ in asked)
