"""Calendars for who waits for the answer, on the page and in the API: fetched now, a few at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from personsvar.backoff import no_jitter
from personsvar.gateways.calendar.calendar_refresher import CalendarRefresher
from personsvar.gateways.calendar.calendar_setup import CalendarSetup
from personsvar.gateways.calendar.feed_visit import FeedVisitor
from personsvar.mailbox.calendar_refresh import take_one
from personsvar.mailbox.errors import NotReadyError
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.services import Services

AT_ONCE = 4
"""Each may take the better part of a minute."""


class NoPlaceError(Exception):
    """So many calendars are fetched by hand just now that this one has to wait."""


@dataclass
class CalendarDesk:
    """Of one event loop; close it after use."""

    services: Services
    make_visitor: Callable[[], FeedVisitor]
    jitter: Callable[[], float] = no_jitter
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _visitor: FeedVisitor | None = None

    async def add(self, owner: Subscriber, address: str, word: str, *, by: Actor) -> CalendarFeed:
        """It is fetched first. Raise MailboxError, and change nothing, for one that can't be used.

        Raise NoPlaceError.
        """
        async with self._place() as visitor:
            return await CalendarSetup(self.services, visitor, self.jitter).add(owner, address, word, by=by)

    async def refresh(self, calendar: CalendarId) -> CalendarFeed:
        """How it stands then. Raise NotReadyError when it is somebody else's just now, NoPlaceError."""
        async with self._place() as visitor:
            errand = await asyncio.to_thread(take_one, self.services, calendar)
            if errand is None:
                raise NotReadyError("the calendar is being fetched by somebody else now")
            refresher = CalendarRefresher(self.services, self.make_visitor, self.jitter)
            feed = await refresher.run_errand(errand, visitor)
        if feed is None:
            raise NotReadyError("the calendar was changed meanwhile")
        return feed

    async def close(self) -> None:
        """What reads is ended."""
        if self._visitor is not None:
            await self._visitor.close()

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[FeedVisitor]:
        """What reads begins with the first who needs it."""
        if self._places.locked():
            raise NoPlaceError("too many calendars are fetched by hand just now")
        async with self._places:
            if self._visitor is None:
                self._visitor = self.make_visitor()
            yield self._visitor
