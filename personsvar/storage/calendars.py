"""Calendars in the database: a whole value in, a whole value out; claimed as notices are (`outbox`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, select, update

from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedFigures, FeedTrouble, FeedVersion
from personsvar.mailbox.model.ids import CalendarId, Number, Sealed
from personsvar.storage.inserting import fresh_id
from personsvar.storage.tables import calendars as feeds


class SqlCalendars:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: CalendarFeed) -> CalendarFeed:
        return replace(feed, id=CalendarId(fresh_id(self._connection, feeds, _values_of(feed))))

    def get(self, calendar: CalendarId, *, for_change: bool = False) -> CalendarFeed | None:
        found = select(feeds).where(feeds.c.id == calendar)
        row = self._connection.execute(found.with_for_update() if for_change else found).one_or_none()
        return None if row is None else _feed_of(row)

    def of(self, mailbox: Number) -> Sequence[CalendarFeed]:
        found = select(feeds).where(feeds.c.mailbox == mailbox).order_by(feeds.c.id)
        return [_feed_of(row) for row in self._connection.execute(found)]

    def list(
        self, *, failing: bool = False, after: CalendarId | None = None, limit: int = 500
    ) -> Sequence[CalendarFeed]:
        found = select(feeds).where(feeds.c.id > (after or 0)).order_by(feeds.c.id).limit(limit)
        if failing:
            found = found.where(feeds.c.failing_since.is_not(None))
        return [_feed_of(row) for row in self._connection.execute(found)]

    def put(self, feed: CalendarFeed) -> None:
        self._connection.execute(update(feeds).where(feeds.c.id == feed.id), _values_of(feed))

    def remove(self, calendar: CalendarId) -> None:
        self._connection.execute(delete(feeds).where(feeds.c.id == calendar))

    def claim(
        self, *, now: datetime, lease_seconds: float, limit: int, only: CalendarId | None = None
    ) -> Sequence[CalendarFeed]:
        which = () if only is None else (feeds.c.id == only,)
        due = (
            select(feeds.c.id)
            .where(feeds.c.due_at <= now, *which)
            .order_by(feeds.c.due_at, feeds.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        lease = {"lease": uuid4().hex, "due_at": now + timedelta(seconds=lease_seconds)}
        leased = update(feeds).where(feeds.c.id.in_(select(due.c.id))).values(lease).returning(feeds)
        return [_feed_of(row) for row in self._connection.execute(leased)]

    def figures(self, *, now: datetime) -> FeedFigures:
        oldest = func.min(
            func.coalesce(feeds.c.fetched_at, feeds.c.created_at), type_=feeds.c.created_at.type
        )
        counted = select(func.count(), func.count(feeds.c.failing_since), oldest)
        count, failing, since = self._connection.execute(counted).one()
        return FeedFigures(count, failing, 0 if since is None else (now - since).total_seconds())


def _values_of(feed: CalendarFeed) -> dict[str, Any]:
    return {
        "mailbox": feed.mailbox,
        "address": feed.address,
        "host": feed.host,
        "created_at": feed.created_at,
        "due_at": feed.due_at,
        "word": feed.word,
        "time_zone": feed.time_zone,
        "etag": feed.version.etag,
        "last_modified": feed.version.last_modified,
        "digest": feed.version.digest,
        "fetched_at": feed.fetched_at,
        "read_at": feed.read_at,
        "spells": feed.spells,
        "unread": feed.unread,
        "failing_since": feed.failing_since,
        "failures": feed.failures,
        "trouble": feed.trouble,
        "owner_told": feed.owner_told,
        "lease": feed.lease,
    }


def _feed_of(row: Row[Any]) -> CalendarFeed:
    return CalendarFeed(
        id=row.id,
        mailbox=row.mailbox,
        address=Sealed(bytes(row.address)),
        host=row.host,
        created_at=row.created_at,
        due_at=row.due_at,
        word=row.word,
        time_zone=row.time_zone,
        version=FeedVersion(row.etag, row.last_modified, row.digest),
        fetched_at=row.fetched_at,
        read_at=row.read_at,
        spells=row.spells,
        unread=row.unread,
        failing_since=row.failing_since,
        failures=row.failures,
        trouble=None if row.trouble is None else FeedTrouble(row.trouble),
        owner_told=row.owner_told,
        lease=row.lease,
    )
