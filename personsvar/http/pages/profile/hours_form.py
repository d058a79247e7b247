"""The hours of the week in which callers may leave messages, as a form: pairs of times for each day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.http.pages.page_forms import PageForm
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.availability import DAY_MINUTES, WeeklyHours
from personsvar.mailbox.weekly_hours import DAYS

_OF_A_PAIR = re.compile(r".+_(?:from|to)")
MOST_PAIRS = 3
"""Of one day; who has more has them from the operator, and they are not set here."""


@dataclass(frozen=True, slots=True)
class HoursPair:
    name: str
    begin: str
    end: str


@dataclass(frozen=True, slots=True)
class DayOfHours:
    day: str
    pairs: Sequence[HoursPair]


def hours_shown(hours: WeeklyHours) -> Sequence[DayOfHours] | None:
    """What there is, and on a day that has hours room for more. None: there are too many for the form."""
    by_day = [[one for one in hours if one.weekday == number] for number in range(1, len(DAYS) + 1)]
    if max(map(len, by_day)) > MOST_PAIRS:
        return None
    return [
        _day(day, [(_clock(one.opens_minute), _clock(one.closes_minute)) for one in of_day])
        for day, of_day in zip(DAYS, by_day, strict=True)
    ]


def hours_again(form: PageForm) -> Sequence[DayOfHours]:
    """What was given and would not do, to be mended."""
    return [_day(day, _given(form, day)) for day in DAYS]


class TooManyHoursError(MailboxError):
    """Hours are given where the form has no room: they would be left out without a word."""


def hours_written(form: PageForm) -> str:
    """As an operator writes them; empty: at any time. Raise TooManyHoursError."""
    known = {f"{name}_{end}" for day in DAYS for name in _names(day) for end in ("from", "to")}
    if any(_OF_A_PAIR.fullmatch(name) and given and name not in known for name, given in form.items()):
        raise TooManyHoursError
    return ", ".join(
        f"{day} {begin}-{'24:00' if end == '00:00' else end}"
        for day in DAYS
        for begin, end in _given(form, day)
    )


def _given(form: PageForm, day: str) -> list[tuple[str, str]]:
    pairs = ((form.get(f"{name}_from", ""), form.get(f"{name}_to", "")) for name in _names(day))
    return [pair for pair in pairs if any(pair)]


def _day(day: str, there: Sequence[tuple[str, str]]) -> DayOfHours:
    room = [*there, ("", "")][: max(1, min(MOST_PAIRS, len(there) + 1))]
    return DayOfHours(day, [HoursPair(name, *pair) for name, pair in zip(_names(day), room, strict=False)])


def _names(day: str) -> Sequence[str]:
    return [f"{day}_{number}" for number in range(1, MOST_PAIRS + 1)]


def _clock(minute: int) -> str:
    """Midnight is the first minute of a day in a form."""
    return f"{minute % DAY_MINUTES // 60:02}:{minute % 60:02}"
