"""The hours of a week in which callers may leave messages, by the subscriber's own clock.

Written `mon-fri 08:00-16:00, sat 10:00-14:00`, in English or Norwegian; a day may have several. Bank
holidays are closed. When the clocks are changed the wall decides: an hour that comes twice is open twice, and
what opens in the hour that is left out opens right behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import first_at, local_wall
from personsvar.mailbox.model.availability import DAY_MINUTES, OpenHours, WeeklyHours
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.world import BankHolidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NORWEGIAN = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
_NUMBER_OF = {name: number for names in (DAYS, _NORWEGIAN) for number, name in enumerate(names, 1)}
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)", re.ASCII)
_AHEAD_DAYS = 60
"""No country's bank holidays close a day of the week for so long."""
LONGEST_HOURS = 500
HOW = "write them like mon-fri 08:00-16:00, sat 10:00-14:00"


@lru_cache(maxsize=1024)
def parse_hours(written: str) -> WeeklyHours:
    """As an operator writes them. Raise MailboxError when they are none."""
    if len(written) > LONGEST_HOURS:
        raise MailboxError(f"these are no hours of a week: {HOW}")
    found = [one for entry in written.split(",") for one in _entry(entry.lower().split())]
    return tuple(_joined(sorted(found)))


def written_hours(hours: WeeklyHours) -> str:
    """The same again, days that have the same together."""
    by_day = [(day, _times(hours, day)) for day in range(1, len(DAYS) + 1)]
    runs = [(times, [day for day, _ in run]) for times, run in groupby(by_day, key=lambda it: it[1])]
    return ", ".join(f"{_days(days)} {times}" for times, days in runs if times)


def is_open(subscriber: Subscriber, bank_holidays: BankHolidays, moment: datetime) -> bool:
    """Whether callers may leave messages, as far as hours are what it depends on."""
    if not subscriber.hours:
        return True
    wall = local_wall(subscriber, moment)
    if bank_holidays.is_bank_holiday(wall.date()):
        return False
    minute = wall.hour * 60 + wall.minute
    return any(it.opens_minute <= minute < it.closes_minute for it in _on(subscriber.hours, wall.date()))


def opens_at(subscriber: Subscriber, bank_holidays: BankHolidays, moment: datetime) -> datetime | None:
    """When they may again, of a moment at which they may not; None: no such time is near."""
    today = local_wall(subscriber, moment).date()
    for days in range(_AHEAD_DAYS):
        day = today + timedelta(days=days)
        if not bank_holidays.is_bank_holiday(day):
            later = [at for at in _openings(subscriber, day) if at > moment]
            if later:
                return min(later)
    return None


def _openings(subscriber: Subscriber, day: date) -> Iterator[datetime]:
    for one in _on(subscriber.hours, day):
        clock = time(*divmod(one.opens_minute, 60))
        yield from (first_at(subscriber, day, clock.replace(fold=fold)) for fold in (0, 1))


def _on(hours: WeeklyHours, day: date) -> Sequence[OpenHours]:
    return [one for one in hours if one.weekday == day.isoweekday()]


def _entry(words: Sequence[str]) -> Iterator[OpenHours]:
    """`mon-fri sun 08:00-12:00 12:30-16:00`: days, and then hours."""
    days = [word for word in words if not _HOURS.fullmatch(word)]
    hours = [found for word in words[len(days) :] if (found := _HOURS.fullmatch(word))]
    if not days or not hours or len(days) + len(hours) != len(words):
        raise MailboxError(f"these are no hours of a week: {HOW}")
    for weekday in (day for word in days for day in _weekdays(word)):
        for opens_hour, opens, closes_hour, closes in (found.groups() for found in hours):
            begin = int(opens_hour) * 60 + int(opens)
            end = DAY_MINUTES if closes_hour is None else int(closes_hour) * 60 + int(closes)
            if begin >= end:
                raise MailboxError("hours end later on the same day: fri 20:00-24:00, sat 00:00-02:00")
            yield OpenHours(weekday, begin, end)


def _weekdays(word: str) -> Iterator[int]:
    """`mon-fri`, `sat-mon`, `wed`."""
    first, dash, last = word.partition("-")
    begin, end = _NUMBER_OF.get(first), _NUMBER_OF.get(last if dash else first)
    if begin is None or end is None:
        raise MailboxError(f"these are no hours of a week: {HOW}")
    days = (end - begin) % len(DAYS) + 1
    return ((begin - 1 + more) % len(DAYS) + 1 for more in range(days))


def _joined(hours: Sequence[OpenHours]) -> Iterator[OpenHours]:
    """What overlaps or touches on one day is one."""
    before: OpenHours | None = None
    for one in hours:
        if before and before.weekday == one.weekday and one.opens_minute <= before.closes_minute:
            end = max(before.closes_minute, one.closes_minute)
            before = OpenHours(one.weekday, before.opens_minute, end)
            continue
        if before:
            yield before
        before = one
    if before:
        yield before


def _times(hours: WeeklyHours, weekday: int) -> str:
    of_day = (one for one in hours if one.weekday == weekday)
    return " ".join(f"{_clock(one.opens_minute)}-{_clock(one.closes_minute)}" for one in of_day)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _days(days: Sequence[int]) -> str:
    first, last = DAYS[days[0] - 1], DAYS[days[-1] - 1]
    return first if first == last else f"{first}-{last}"
