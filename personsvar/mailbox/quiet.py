"""Quiet hours: a setting of each subscriber, by the clock on the subscriber's own wall.

When the clocks are changed the wall still decides. An end that the change leaves out (02.30 in spring)
is over at the latest an hour later; of an end that comes twice (02.30 in autumn) the second holds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model import QuietHours, Subscriber

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)


def parse_quiet(written: str) -> QuietHours:
    """`22:00-07:00`, as an operator writes it."""
    found = _HOURS.fullmatch(written)
    if found is None:
        raise MailboxError(f"{written[:20]!r} are no quiet hours: write them like 22:00-07:00")
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = time(start_hour, start_minute), time(end_hour, end_minute)
    if start == end:
        raise MailboxError("quiet hours begin and end at different times")
    return QuietHours(start, end)


def is_quiet(subscriber: Subscriber, moment: datetime) -> bool:
    hours = subscriber.quiet
    if hours is None:
        return False
    clock = moment.astimezone(ZoneInfo(subscriber.time_zone)).time()
    if hours.start < hours.end:
        return hours.start <= clock < hours.end
    return clock >= hours.start or clock < hours.end


def after_quiet(subscriber: Subscriber, moment: datetime) -> datetime:
    """The moment itself; in quiet hours, when they are over."""
    hours = subscriber.quiet
    if hours is None or not is_quiet(subscriber, moment):
        return moment
    zone = ZoneInfo(subscriber.time_zone)
    local = moment.astimezone(zone)
    last_day = local.date() + timedelta(days=local.time() >= hours.end)
    end = datetime.combine(last_day, hours.end, tzinfo=zone)
    return max(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
