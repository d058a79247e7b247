"""When a message came: "i dag klokken fjorten trettito", "mandag klokken åtte null fem"."""

from __future__ import annotations

from datetime import datetime

from personsvar.language.clock import time_of_day
from personsvar.language.dates import calendar_day
from personsvar.language.numbers import Parts
from personsvar.language.prompts import Language, PromptId

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
