"""What the domain asks of calendars: each subscriber's feeds, and which of them are to be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedFigures
from personsvar.mailbox.model.ids import CalendarId, Number


class Calendars(Protocol):
    """Feeds as rows: fetched under a lease, written back under the lease's token."""

    def add(self, feed: CalendarFeed) -> CalendarFeed:
        """Store it under a fresh id (the one given is ignored) and return it; ids are never used again.

        Raise UnknownSubscriberError when nobody has the number.
        """
        ...

    def get(self, calendar: CalendarId, *, for_change: bool = False) -> CalendarFeed | None:
        """With `for_change` the row is held until the unit of work ends."""
        ...

    def of(self, mailbox: Number) -> Sequence[CalendarFeed]:
        """In the order they were added."""
        ...

    def list(
        self, *, failing: bool = False, after: CalendarId | None = None, limit: int = 500
    ) -> Sequence[CalendarFeed]:
        """Of all subscribers, by id, from behind `after`; `failing`: those that could not be had last."""
        ...

    def put(self, feed: CalendarFeed) -> None:
        """Replace the whole value under its id; nothing is done when there is none."""
        ...

    def remove(self, calendar: CalendarId) -> None: ...

    def claim(
        self, *, now: datetime, lease_seconds: float, limit: int, only: CalendarId | None = None
    ) -> Sequence[CalendarFeed]:
        """Take those that are due, the longest first: each gets a fresh token, and is due after the lease.

        What somebody else takes in this moment is left to him.
        """
        ...

    def figures(self, *, now: datetime) -> FeedFigures: ...
