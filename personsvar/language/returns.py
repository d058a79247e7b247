"""Until when: "til klokken fjorten", "til mandag klokken åtte", "til og med fredag", "ut dagen".

The day as near as people say it. What is over at midnight lasts through the day before; nobody says "null
null". A moment within a minute is told as the end of that minute, never too early.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from personsvar.language.moments import day, time_of_day
from personsvar.language.numbers import Parts
from personsvar.language.prompts import Language, PromptId

_DAYS_A_WEEKDAY_IS_CLEAR = 6
_MIDNIGHT = time()


def until(back: datetime, now: datetime, language: Language) -> Parts:
    """The end of a sentence; both moments are in the subscriber's time zone."""
    at = _whole_minute(back)
    days = (at.date() - now.date()).days
    if at.time() == _MIDNIGHT and days > 0:
        return _through(at.date() - timedelta(days=1), now.date(), language)
    return (*_day(at.date(), now.date(), language), *time_of_day(at.time(), language))


def _day(on: date, today: date, language: Language) -> Parts:
    days = (on - today).days
    if days == 0:
        return (PromptId("until-at"),)
    if days == 1:
        return (PromptId("until-tomorrow-at"),)
    if 1 < days <= _DAYS_A_WEEKDAY_IS_CLEAR:
        return (PromptId(f"until-weekday-{on.isoweekday()}-at"),)
    return (PromptId("until"), *day(on, today, language, final=False), PromptId("at"))


def _through(last: date, today: date, language: Language) -> Parts:
    """That day is the last one."""
    days = (last - today).days
    if days == 0:
        return (PromptId("through-today"),)
    if days == 1:
        return (PromptId("through-tomorrow"),)
    if 1 < days <= _DAYS_A_WEEKDAY_IS_CLEAR:
        return (PromptId(f"through-weekday-{last.isoweekday()}"),)
    return (PromptId("through"), *day(last, today, language))


def _whole_minute(at: datetime) -> datetime:
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)
