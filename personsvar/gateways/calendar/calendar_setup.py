"""A calendar as somebody gives it: looked at first, and kept only if it can be used."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from personsvar.backoff import no_jitter
from personsvar.gateways.calendar.feed_address import feed_destination
from personsvar.gateways.calendar.feed_errors import FeedFailedError, in_words
from personsvar.gateways.calendar.feed_visit import FeedVisit, FeedVisitor
from personsvar.gateways.destination import Destination
from personsvar.mailbox.calendars import (
    CalendarFault,
    CalendarRefusedError,
    NewCalendar,
    add_calendar,
    calendars_of,
    check_room,
    check_word,
)
from personsvar.mailbox.errors import SealBrokenError
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedReading, FeedVersion
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.services import Services


@dataclass(frozen=True)
class CalendarSetup:
    services: Services
    visitor: FeedVisitor
    jitter: Callable[[], float] = no_jitter

    async def add(self, owner: Subscriber, given: str, word: str, *, by: Actor) -> CalendarFeed:
        """Raise CalendarRefusedError, and change nothing, for one that can't be used."""
        destination, word = feed_destination(given), check_word(word)
        await asyncio.to_thread(self._check, owner.number, destination)
        try:
            reading = await self._read(destination, owner.time_zone, word)
        except FeedFailedError as failed:
            text = f"the calendar was not taken: {in_words(failed.trouble)}"
            raise CalendarRefusedError(failed.trouble, text) from failed
        new = NewCalendar(destination.url, destination.name, word, owner.time_zone, reading)
        return await asyncio.to_thread(
            add_calendar, self.services, owner.number, new, jitter=self.jitter, by=by
        )

    async def _read(self, destination: Destination, time_zone: str, word: str) -> FeedReading:
        visit = FeedVisit(destination, time_zone, word, FeedVersion())
        found = await self.visitor.visit(visit, self.services.clock.now())
        if not isinstance(found, FeedReading):
            raise TypeError("what nobody knows yet can't be as before")
        return found

    def _check(self, owner: Number, destination: Destination) -> None:
        check_room(self.services, owner)
        for feed in calendars_of(self.services, owner):
            if feed.host == destination.name and self._address(feed) == destination.url:
                text = f"{owner} has that calendar already: it is calendar {feed.id}"
                raise CalendarRefusedError(CalendarFault.KNOWN, text)

    def _address(self, feed: CalendarFeed) -> str | None:
        try:
            return self.services.vault.open(feed.address)
        except SealBrokenError:
            return None
