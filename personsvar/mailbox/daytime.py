"""The subscriber's own day, and its daytime, when reminders are sent: from ten in the morning to eight."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from personsvar.mailbox.model import Subscriber

MORNING, EVENING = time(10), time(20)


def local_day(moment: datetime, subscriber: Subscriber) -> date:
    """The subscriber's own day."""
    return moment.astimezone(ZoneInfo(subscriber.time_zone)).date()


def is_daytime(subscriber: Subscriber, moment: datetime) -> bool:
    return MORNING <= moment.astimezone(ZoneInfo(subscriber.time_zone)).time() < EVENING


def morning_of(subscriber: Subscriber, day: date) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=ZoneInfo(subscriber.time_zone)).astimezone(UTC)


def next_morning(subscriber: Subscriber, moment: datetime) -> datetime:
    """The first one after that moment."""
    today = local_day(moment, subscriber)
    this = morning_of(subscriber, today)
    return this if this > moment else morning_of(subscriber, today + timedelta(days=1))
