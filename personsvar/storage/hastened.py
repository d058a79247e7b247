"""Notices that wait by a clock that was ahead of ours (`mailbox.hastening`): found, and made due.

And what waited for a transcript, which is there: copies by e-mail, and what phones are told; what waited
for the end of a day; and what nobody wants any more.

Both ways to find them go by an index of what waits: mostly there is nothing so far in the future.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.notices import WAIT_FOR_WORDS
from personsvar.storage.notice_rows import notice_of
from personsvar.storage.tables import notices


def put_off_by_a_clock(
    connection: Connection, made_after: datetime, due_after: datetime, limit: int
) -> Sequence[Notice]:
    made_ahead = _found(
        connection,
        limit,
        notices.c.created_at > made_after,
        notices.c.due_at > made_after,
        notices.c.status == NoticeStatus.READY,
        notices.c.attempts == 0,
    )
    due_far_ahead = _found(
        connection, limit, notices.c.channel.in_(list(Channel)), notices.c.due_at > due_after
    )
    return list({notice.id: notice for notice in (*made_ahead, *due_far_ahead)}.values())


def make_due(connection: Connection, notice: Notice, at: datetime) -> bool:
    same = (
        notices.c.id == notice.id,
        notices.c.status == notice.status,
        notices.c.attempts == notice.attempts,
        notices.c.lease.is_not_distinct_from(notice.lease),
    )
    waits = {"due_at": at} if notice.lease else {"due_at": at, "next_at": at}
    return connection.execute(update(notices).where(*same).values(waits)).rowcount > 0


def hasten_waiting(connection: Connection, to: Number, message: MessageId, at: datetime) -> bool:
    waiting = (
        notices.c.to_number == to,
        notices.c.message_id == message,
        notices.c.kind == NoticeKind.NEW_MESSAGE,
        notices.c.channel.in_(WAIT_FOR_WORDS),
        notices.c.status == NoticeStatus.READY,
        notices.c.attempts == 0,
        notices.c.due_at > at,
    )
    here = update(notices).where(*waiting)
    return connection.execute(here.values(due_at=at, next_at=at)).rowcount > 0


def let_go(connection: Connection, channel: Channel, until: datetime, at: datetime) -> int:
    waiting = (
        notices.c.channel == channel,
        notices.c.due_at == until,
        notices.c.status == NoticeStatus.READY,
    )
    here = update(notices).where(*waiting)
    return connection.execute(here.values(due_at=at, next_at=at)).rowcount


def withdraw(connection: Connection, channel: Channel, to: Number, why: str, at: datetime) -> None:
    waiting = (notices.c.to_number == to, notices.c.channel == channel, notices.c.due_at.is_not(None))
    over = {"status": NoticeStatus.FAILED, "error": why, "lease": None, "due_at": None, "finished_at": at}
    connection.execute(update(notices).where(*waiting).values({**over, "secret": None}))


def _found(connection: Connection, limit: int, *which: ColumnElement[bool]) -> list[Notice]:
    waiting = select(notices).where(notices.c.due_at.is_not(None), *which).limit(limit)
    return [notice_of(row) for row in connection.execute(waiting)]
