"""Calendars in the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedFigures
from personsvar.mailbox.model.ids import CalendarId, Number
from tests.fakes.memory_tables import Ids, Tables


@dataclass
class MemoryCalendars:
    tables: Tables
    next_ids: Ids
    leases: Ids

    def add(self, feed: CalendarFeed) -> CalendarFeed:
        self.tables.must_know(feed.mailbox)
        added = replace(feed, id=CalendarId(self.next_ids.fresh()))
        self.tables.calendars[added.id] = added
        return added

    def get(self, calendar: CalendarId, *, for_change: bool = False) -> CalendarFeed | None:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.calendars.get(calendar)

    def of(self, mailbox: Number) -> Sequence[CalendarFeed]:
        return [it for _, it in sorted(self.tables.calendars.items()) if it.mailbox == mailbox]

    def list(
        self, *, failing: bool = False, after: CalendarId | None = None, limit: int = 500
    ) -> Sequence[CalendarFeed]:
        behind = [it for id_, it in sorted(self.tables.calendars.items()) if id_ > (after or 0)]
        return [it for it in behind if it.failing_since is not None or not failing][:limit]

    def put(self, feed: CalendarFeed) -> None:
        if feed.id in self.tables.calendars:
            self.tables.calendars[feed.id] = feed

    def remove(self, calendar: CalendarId) -> None:
        if calendar in self.tables.calendars:
            del self.tables.calendars[calendar]

    def claim(
        self, *, now: datetime, lease_seconds: float, limit: int, only: CalendarId | None = None
    ) -> Sequence[CalendarFeed]:
        asked = [it for it in self.tables.calendars.values() if only in (None, it.id)]
        due = sorted((it for it in asked if it.due_at <= now), key=_turn)
        until, token = now + timedelta(seconds=lease_seconds), f"lease-{self.leases.fresh()}"
        claimed = [replace(it, due_at=until, lease=token) for it in due[:limit]]
        for feed in claimed:
            self.tables.calendars[feed.id] = feed
        return claimed

    def figures(self, *, now: datetime) -> FeedFigures:
        every = self.tables.calendars.values()
        oldest = min((it.fetched_at or it.created_at for it in every), default=now)
        failing = sum(it.failing_since is not None for it in every)
        return FeedFigures(len(every), failing, (now - oldest).total_seconds())


def _turn(feed: CalendarFeed) -> tuple[datetime, CalendarId]:
    return feed.due_at, feed.id
