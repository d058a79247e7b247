"""Who fetches calendars, by the settings."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property

from personsvar.bootstrap import Application
from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.gateways.calendar.calendar_refresher import CalendarRefresher
from personsvar.gateways.calendar.calendar_setup import CalendarSetup
from personsvar.gateways.calendar.feed_fetcher import FeedFetcher
from personsvar.gateways.calendar.feed_reader import FeedReader
from personsvar.gateways.calendar.feed_visit import FeedVisitor
from personsvar.gateways.trust import trusting
from personsvar.http.metrics import Meter
from personsvar.mailbox.calendar_refresh import FeedErrand
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.running.chores import Chore
from personsvar.running.figures import meters_of_calendars
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from personsvar.settings.loading import SettingsError
from personsvar.world import jitter

SECONDS = 10.0
"""So often it is looked which calendars are due."""


def feed_visitor(settings: Settings) -> FeedVisitor:
    """For one event loop; close it after use. Raise SettingsError where the certificates can't be used."""
    try:
        tls = trusting(settings.gateway_ca)
    except OSError as wrong:
        raise SettingsError(f"{variable('gateway_ca')} ({settings.gateway_ca}): {wrong.strerror}") from wrong
    return FeedVisitor(FeedFetcher(networks=settings.calendar_networks, tls=tls), FeedReader())


@dataclass(frozen=True)
class CalendarWork:
    """What a notifier does for calendars, and what it can tell of that."""

    application: Application

    @cached_property
    def refresher(self) -> CalendarRefresher:
        return calendar_refresher(self.application)

    @cached_property
    def chore(self) -> Chore:
        return Chore("calendars", self.refresher.once, SECONDS)

    @cached_property
    def desk(self) -> CalendarDesk:
        """For HTTP, on its event loop."""
        return CalendarDesk(
            self.application.services, lambda: feed_visitor(self.application.settings), jitter
        )

    def meters(self) -> list[Meter]:
        return meters_of_calendars(self.application, self.refresher.outcomes)


def calendar_refresher(application: Application) -> CalendarRefresher:
    settings = application.settings
    return CalendarRefresher(application.services, lambda: feed_visitor(settings), jitter)


async def set_up_calendar(
    application: Application, owner: Subscriber, address: str, word: str, *, by: Actor
) -> CalendarFeed:
    """It is fetched first. Raise MailboxError, and change nothing, for one that can't be used."""
    async with _visiting(application.settings) as visitor:
        setup = CalendarSetup(application.services, visitor, jitter)
        return await setup.add(owner, address, word, by=by)


async def refresh_calendar(application: Application, errand: FeedErrand) -> CalendarFeed | None:
    """How it stands then; None: it is somebody else's by now."""
    async with _visiting(application.settings) as visitor:
        return await calendar_refresher(application).run_errand(errand, visitor)


@asynccontextmanager
async def _visiting(settings: Settings) -> AsyncIterator[FeedVisitor]:
    visitor = feed_visitor(settings)
    try:
        yield visitor
    finally:
        await visitor.close()
