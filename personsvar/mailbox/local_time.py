"""The subscriber's own clock: the day, its daytime, when reminders are sent, and quiet hours (a setting).

When the clocks are changed the wall still decides. An end that the change leaves out (02.30 in spring)
is over at the latest an hour later; of an end that comes twice (02.30 in autumn) the second holds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.subscriber import QuietHours, Subscriber

MORNING, EVENING = time(10), time(20)
"""Daytime: reminders are sent from ten in the morning to eight."""
SPREAD = timedelta(minutes=60)
"""So long a morning's reminders take, by the last digits of the numbers: not all fall due at once."""
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def local_day(subscriber: Subscriber, moment: datetime) -> date:
    return local_wall(subscriber, moment).date()


def at_local(subscriber: Subscriber, day: date, clock: time) -> datetime:
    """When it is that time on that day where the subscriber lives, in UTC."""
    return datetime.combine(day, clock, tzinfo=ZoneInfo(subscriber.time_zone)).astimezone(UTC)


def first_at(subscriber: Subscriber, day: date, clock: time) -> datetime:
    """The first moment of that day at which the clock shows that time, or a later one; in UTC.

    A time that comes twice is the first of the two, or the second with `fold=1`. One that is left out when
    the clocks are changed is the moment they are.
    """
    before, after = (at_local(subscriber, day, clock.replace(fold=fold)) for fold in (0, 1))
    if before <= after:
        return after if clock.fold else before
    return _change(subscriber, after, before)


def local_wall(subscriber: Subscriber, moment: datetime) -> datetime:
    """What calendar and clock show there."""
    return moment.astimezone(ZoneInfo(subscriber.time_zone))


def is_daytime(subscriber: Subscriber, moment: datetime) -> bool:
    return MORNING <= local_wall(subscriber, moment).time() < EVENING


def morning_of(subscriber: Subscriber, day: date) -> datetime:
    """When reminders of that day are sent: a subscriber's own moment, to the second, in the hour from ten."""
    own = timedelta(seconds=SPREAD.seconds * int(subscriber.number[-4:]) // 10_000)
    return at_local(subscriber, day, MORNING) + own


def next_morning(subscriber: Subscriber, moment: datetime) -> datetime:
    """The first one after that moment."""
    today = local_day(subscriber, moment)
    this = morning_of(subscriber, today)
    return this if this > moment else morning_of(subscriber, today + timedelta(days=1))


def parse_quiet(written: str) -> QuietHours:
    """`22:00-07:00`, as an operator writes it."""
    found = _HOURS.fullmatch(written)
    if found is None:
        raise MailboxError("these are no quiet hours: write them like 22:00-07:00")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = time(start_hour, start_minute), time(end_hour, end_minute)
    if start == end:
        raise MailboxError("quiet hours begin and end at different times")
    return QuietHours(start, end)


def is_quiet(subscriber: Subscriber, moment: datetime) -> bool:
    hours = subscriber.quiet
    if hours is None:
        return False
    clock = local_wall(subscriber, moment).time()
    if hours.start < hours.end:
        return hours.start <= clock < hours.end
    return clock >= hours.start or clock < hours.end


def after_quiet(subscriber: Subscriber, moment: datetime) -> datetime:
    """The moment itself; in quiet hours, when they are over."""
    hours = subscriber.quiet
    if hours is None or not is_quiet(subscriber, moment):
        return moment
    local = local_wall(subscriber, moment)
    last_day = local.date() + timedelta(days=local.time() >= hours.end)
    return max(at_local(subscriber, last_day, hours.end.replace(fold=fold)) for fold in (0, 1))


def _change(subscriber: Subscriber, early: datetime, late: datetime) -> datetime:
    """When the clocks are changed between the two, to the second."""
    offset = local_wall(subscriber, early).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if local_wall(subscriber, middle).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
