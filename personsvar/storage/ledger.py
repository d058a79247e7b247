"""The ledger read: what was tried, what was reported, and the page of notices that somebody asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from operator import eq, ge, lt
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, exists, literal, or_, select, tuple_

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, History, Receipt, ReceiptState
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.storage.columns import Id, Moment
from personsvar.storage.notice_rows import notice_of
from personsvar.storage.tables import messages, notice_attempts, notice_parts, notices, receipts


def history_of(connection: Connection, notice: NoticeId) -> History:
    row = connection.execute(select(notices).where(notices.c.id == notice)).one_or_none()
    return History() if row is None else History(_attempts(connection, row), _receipts(connection, notice))


def listed(
    connection: Connection,
    *,
    to: Number | None,
    channel: Channel | None,
    kind: NoticeKind | None,
    status: NoticeStatus | None,
    since: datetime | None,
    until: datetime | None,
    before_id: NoticeId | None,
    limit: int,
) -> Sequence[Notice]:
    """By id; with a bound of time, or of how they stand, by time, of which there are indexes too.

    The other order would read all that was made after the bound before it comes to what was asked for.
    """
    by_time = any(bound is not None for bound in (since, until, status))
    place = _made_at(connection, before_id) if by_time and before_id is not None else None
    if place is not None and until is not None and place < until:
        until = None  # said already by where the page before ended; twice, PostgreSQL expects far fewer
    asked: tuple[tuple[Column[Any], Callable[[Any, Any], ColumnElement[bool]], object], ...] = (
        (notices.c.to_number, eq, to),
        (notices.c.channel, eq, channel),
        (notices.c.kind, eq, kind),
        (notices.c.status, eq, status),
        (notices.c.created_at, ge, since),
        (notices.c.created_at, lt, until),
    )
    order = (notices.c.created_at.desc(), notices.c.id.desc()) if by_time else (notices.c.id.desc(),)
    page = select(notices).order_by(*order).limit(limit)
    page = page.where(*(fits(column, value) for column, fits, value in asked if value is not None))
    if before_id is not None:
        page = page.where(*_before(before_id, place))
    return [notice_of(row) for row in connection.execute(page)]


def still_there(connection: Connection, which: frozenset[NoticeId]) -> frozenset[NoticeId]:
    message_there = exists().where(messages.c.id == notices.c.message_id)
    there = select(notices.c.id).where(
        notices.c.id.in_(which), or_(notices.c.message_id.is_(None), message_there)
    )
    return frozenset(NoticeId(found) for found in connection.execute(there).scalars())


def _made_at(connection: Connection, notice: NoticeId) -> datetime | None:
    here = select(notices.c.created_at).where(notices.c.id == notice)
    return connection.execute(here).scalar_one_or_none()


def _before(last: NoticeId, at: datetime | None) -> Sequence[ColumnElement[bool]]:
    """What follows the last one of the page before. By its id alone, should it be gone by now."""
    if at is None:
        return [notices.c.id < last]
    place = tuple_(literal(at, Moment()), literal(last, Id()))
    return [tuple_(notices.c.created_at, notices.c.id) < place]


def _attempts(connection: Connection, notice: Row[Any]) -> tuple[Attempt, ...]:
    here = notice_attempts.c.notice_id == notice.id
    rows = connection.execute(select(notice_attempts).where(here).order_by(notice_attempts.c.number))
    ids = _gateway_ids(connection, notice.id)
    known = {row.number: _attempt(row, tuple(ids[row.number])) for row in rows}
    return tuple(_with_gaps(known, notice))


def _with_gaps(known: dict[int, Attempt], notice: Row[Any]) -> Iterator[Attempt]:
    """A number without a row is a try whose worker never came back; the last may be under way."""
    at = notice.created_at
    over = notice.tries - 1 if notice.status == NoticeStatus.LEASED else notice.tries
    for number in range(1, over + 1):
        attempt = known.get(number) or Attempt(number, at, AttemptOutcome.UNKNOWN)
        at = attempt.at
        yield attempt


def _gateway_ids(connection: Connection, notice: NoticeId) -> defaultdict[int, list[str]]:
    here = notice_parts.c.notice_id == notice
    ids: defaultdict[int, list[str]] = defaultdict(list)
    order = (notice_parts.c.number, notice_parts.c.position)
    for row in connection.execute(select(notice_parts).where(here).order_by(*order)):
        ids[row.number].append(row.gateway_id)
    return ids


def _attempt(row: Row[Any], ids: tuple[str, ...]) -> Attempt:
    return Attempt(row.number, row.at, AttemptOutcome(row.outcome), row.gateway, ids, row.error)


def _receipts(connection: Connection, notice: NoticeId) -> tuple[Receipt, ...]:
    rows = connection.execute(select(receipts).where(receipts.c.notice_id == notice).order_by(receipts.c.id))
    return tuple(
        Receipt(row.gateway, row.gateway_id, ReceiptState(row.state), row.at, row.detail) for row in rows
    )
