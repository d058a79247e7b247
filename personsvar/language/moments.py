"""When something is or was: "i dag klokken fjorten trettito", "fredag den fjerde desember".

Norwegian says twenty-four hours, and the full hour alone ("klokken fjorten"); one o'clock is neuter, "klokken
ett", and 21 is not, "tjueén". Midnight is "null null", so that five past it is not taken for a count.
English says twelve hours, noon and midnight: "two thirty-two p.m.".
"""

from __future__ import annotations

from datetime import date, datetime, time

from personsvar.language.numbers import Parts, ending, number
from personsvar.language.prompts import Language, PromptId

_TWO_FIGURES = 10
_NOON = 12
_NORWEGIAN_HOURS = {0: "clock-0", 1: "n1-neuter"}
_HALF_A_YEAR_DAYS = 183
_DAYS_A_WEEKDAY_IS_CLEAR = 6


def moment(when: datetime, now: datetime, language: Language, *, final: bool = True) -> Parts:
    """The day as near as people say it, and the time; both moments are in the subscriber's time zone."""
    return (*_day(when, now, language), *time_of_day(when.time(), language, final=final))


def _day(when: datetime, now: datetime, language: Language) -> Parts:
    days_ago = (now.date() - when.date()).days
    if days_ago == 0:
        return (PromptId("today-at"),)
    if days_ago == 1:
        return (PromptId("yesterday-at"),)
    if 1 < days_ago <= _DAYS_A_WEEKDAY_IS_CLEAR:
        return (PromptId(f"weekday-{when.isoweekday()}-at"),)
    with_year = when.year != now.year
    return (*calendar_day(when, language, with_year=with_year, final=False), PromptId("at"))


def day(on: date, today: date, language: Language, *, final: bool = True) -> Parts:
    """An absence greeting's last day, read back: with its weekday, and with the year when it is far off.

    The fifth of February said in December needs no year; yesterday's date, taken for next year's, does.
    """
    far = on.year != today.year and abs((on - today).days) > _HALF_A_YEAR_DAYS
    return (PromptId(f"weekday-{on.isoweekday()}"), *calendar_day(on, language, with_year=far, final=final))


def calendar_day(on: date, language: Language, *, with_year: bool, final: bool = True) -> Parts:
    """The day and the month, and the year if it must be said."""
    month_is_last = final and not with_year
    parts = (PromptId(f"day-{on.day}"), ending(f"month-{on.month}", final=month_is_last))
    return (*parts, *year(on.year, language, final=final)) if with_year else parts


def year(n: int, language: Language, *, final: bool = True) -> Parts:
    """Two and two figures ("tjue tjuefem") but where people count: "to tusen og fem", "nitten hundre"."""
    century, rest = divmod(n, 100)
    counted = century % 10 == 0 and rest < 10  # noqa: PLR2004 - 2000 to 2009
    if n < 1100 or n > 9999 or counted:  # noqa: PLR2004 - years of two pairs of figures
        return number(n, language, final=final)
    lead = number(century, language, final=False)
    if rest >= 10:  # noqa: PLR2004 - two figures
        return (*lead, *number(rest, language, final=final))
    if not rest:
        return (*lead, ending("hundred", final=final))
    joint = PromptId("hundred-and" if language == "nb" else "oh")
    return (*lead, joint, *number(rest, language, final=final))


def time_of_day(at: time, language: Language, *, final: bool = True) -> Parts:
    """The hour and the minute; what goes before ("klokken", "at") is the caller's to say."""
    if at.minute == 0 and (at.hour == 0 or (at.hour == _NOON and language == "en")):
        return (ending(f"clock-{at.hour}", final=final),)
    return _norwegian_time(at, final=final) if language == "nb" else _english_time(at, final=final)


def _norwegian_time(at: time, *, final: bool) -> Parts:
    hour = _NORWEGIAN_HOURS.get(at.hour, f"n{at.hour}")
    if not at.minute:
        return (ending(hour, final=final),)
    *lead, last = _minute(at.minute)
    return (PromptId(hour), *lead, ending(last, final=final))


def _english_time(at: time, *, final: bool) -> Parts:
    hour = PromptId(f"n{at.hour % _NOON or _NOON}")
    half = ending("am" if at.hour < _NOON else "pm", final=final)
    return (hour, *_minute(at.minute), half) if at.minute else (hour, half)


def _minute(minute: int) -> Parts:
    spoken = PromptId(f"n{minute}")
    return (PromptId("oh"), spoken) if minute < _TWO_FIGURES else (spoken,)
