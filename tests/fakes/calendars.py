"""A calendar of a subscriber's, for tests that are about something else."""

from __future__ import annotations

from personsvar.backoff import no_jitter
from personsvar.mailbox.calendars import NewCalendar, add_calendar
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedReading, FeedVersion
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from tests.fakes.actors import ROOT


def keep_calendar(services: Services, mailbox: Number) -> CalendarFeed:
    """One without an appointment in it, fetched just now."""
    reading = FeedReading(FeedVersion(None, None, "digest"), ())
    new = NewCalendar("https://example.test/a.ics", "example.test", "", "Europe/Oslo", reading)
    return add_calendar(services, mailbox, new, jitter=no_jitter, by=ROOT)
