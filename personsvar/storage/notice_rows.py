"""A notice as a row, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.ids import Sealed
from personsvar.mailbox.model.notice import (
    Channel,
    Facts,
    MissedReason,
    NewNotice,
    Notice,
    NoticeKind,
    NoticeStatus,
)

_MISSED, _TROUBLES = frozenset(MissedReason), frozenset(FeedTrouble)
"""They share a column, and no word: no notice tells of both."""


def notice_of(row: Row[Any]) -> Notice:
    return Notice(
        id=row.id,
        to=row.to_number,
        kind=NoticeKind(row.kind),
        channel=Channel(row.channel),
        dedup_key=row.dedup_key,
        created_at=row.created_at,
        facts=_facts(row),
        address=row.address,
        status=NoticeStatus(row.status),
        attempts=row.attempts,
        next_at=row.next_at,
        lease=row.lease,
        finished_at=row.finished_at,
        error=row.error,
        held_until=row.held_until,
        owner_told=row.owner_told,
    )


def values_of(notice: NewNotice) -> dict[str, Any]:
    due_at = notice.due_at or notice.created_at
    return {
        "to_number": notice.to,
        "kind": notice.kind,
        "channel": notice.channel,
        "dedup_key": notice.dedup_key,
        "created_at": notice.created_at,
        "address": notice.address,
        "status": NoticeStatus.READY,
        "attempts": 0,
        "next_at": due_at,
        "due_at": due_at,
        "held_until": notice.due_at,
        **_facts_values(notice.facts),
    }


def renewed_values(notice: NewNotice) -> dict[str, Any]:
    """What makes a row new again: all but its key, and the numbers of the ledger's attempts."""
    new = values_of(notice)
    kept = ("to_number", "kind", "channel", "dedup_key")
    renewed = {name: value for name, value in new.items() if name not in kept}
    return {**renewed, "lease": None, "finished_at": None, "error": None, "owner_told": False}


def _facts(row: Row[Any]) -> Facts:
    return Facts(
        message=row.message_id,
        caller=row.caller,
        at=row.at,
        seconds=row.seconds,
        urgent=row.urgent,
        new_count=row.new_count,
        reason=MissedReason(row.reason) if row.reason in _MISSED else None,
        calls=row.calls,
        count=row.counted,
        secret=None if row.secret is None else Sealed(bytes(row.secret)),
        secret_until=row.secret_until,
        trouble=FeedTrouble(row.reason) if row.reason in _TROUBLES else None,
    )


def _facts_values(facts: Facts) -> dict[str, Any]:
    return {
        "message_id": facts.message,
        "caller": facts.caller,
        "at": facts.at,
        "seconds": facts.seconds,
        "urgent": facts.urgent,
        "new_count": facts.new_count,
        "reason": facts.why,
        "calls": facts.calls,
        "counted": facts.count,
        "secret": facts.secret,
        "secret_until": facts.secret_until,
    }
