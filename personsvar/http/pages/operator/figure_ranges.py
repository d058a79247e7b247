"""Over which time figures are shown, in how many parts, and what each part is called.

Parts end with the one that is going on. Days and weeks are those of the operator's own calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from personsvar.http.pages.message_shown import clock
from personsvar.http.pages.page_texts import said
from personsvar.mailbox.local_time import first_at, local_day, local_wall
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.tally import Stretch

QUARTERS, HOURS, DAYS, WEEKS = 96, 168, 90, 53
_WEEK_DAYS = 7


class FigureRange(StrEnum):
    DAY = "day"
    WEEK = "week"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Parts of time that follow one another."""

    stretch: Stretch
    """What they are added up from."""
    edges: Sequence[datetime]
    names: Sequence[str]
    """What each part is called in a table."""
    ticks: Sequence[str]
    """What stands below some of them in a graph."""


def timeline(range_: FigureRange, owner: Subscriber, now: datetime) -> Timeline:
    edges = _EDGES[range_](owner, now)
    begins = [local_wall(owner, edge) for edge in edges]
    parts = range(len(edges) - 1)
    return Timeline(
        stretch=Stretch.QUARTER if range_ is FigureRange.DAY else Stretch.HOUR,
        edges=edges,
        names=[_NAMES[range_](begins[n], begins[n + 1], owner.language) for n in parts],
        ticks=[_TICKS[range_](begins[n], owner.language) for n in parts],
    )


def weekdays(language: Language) -> Sequence[str]:
    """From Monday on."""
    return said(language, "figures.weekdays").split()


def _even(stretch: Stretch, parts: int) -> Callable[[Subscriber, datetime], list[datetime]]:
    def edges(_: Subscriber, now: datetime) -> list[datetime]:
        end = stretch.begin(now) + stretch.length
        return [end - n * stretch.length for n in range(parts, -1, -1)]

    return edges


def _days(owner: Subscriber, now: datetime) -> list[datetime]:
    tomorrow = local_day(owner, now) + timedelta(days=1)
    return [_midnight(owner, tomorrow - timedelta(days=n)) for n in range(DAYS, -1, -1)]


def _weeks(owner: Subscriber, now: datetime) -> list[datetime]:
    today = local_day(owner, now)
    monday = today + timedelta(days=_WEEK_DAYS - today.weekday())
    return [_midnight(owner, monday - timedelta(weeks=n)) for n in range(WEEKS, -1, -1)]


def _midnight(owner: Subscriber, day: date) -> datetime:
    return first_at(owner, day, time())


def _day(at: date, language: Language) -> str:
    """`28. nov.`, `28 Nov`."""
    month = said(language, "figures.months").split()[at.month - 1]
    return f"{at.day}. {month}" if language == "nb" else f"{at.day} {month}"


def _weekday(at: date, language: Language) -> str:
    return weekdays(language)[at.weekday()]


def _quarter_name(begin: datetime, end: datetime, language: Language) -> str:
    return f"{_weekday(begin, language)} {clock(begin.time(), language)}–{clock(end.time(), language)}"


def _hour_name(begin: datetime, end: datetime, language: Language) -> str:
    return f"{_day_name(begin, end, language)}, {clock(begin.time(), language)}"


def _day_name(begin: datetime, _: datetime, language: Language) -> str:
    return f"{_weekday(begin, language)} {_day(begin, language)}"


def _week_name(begin: datetime, end: datetime, language: Language) -> str:
    last = end - timedelta(days=1)
    number = begin.isocalendar().week
    return said(
        language, "figures.week_name", number=number, first=_day(begin, language), last=_day(last, language)
    )


def _quarter_tick(at: datetime, language: Language) -> str:
    """Every fourth hour."""
    return clock(at.time(), language) if at.hour % 4 == at.minute == 0 else ""


def _hour_tick(at: datetime, language: Language) -> str:
    """Each day."""
    return _weekday(at, language) if at.hour == 0 else ""


def _day_tick(at: datetime, language: Language) -> str:
    """Every other Monday."""
    is_due = at.weekday() == 0 and at.isocalendar().week % 2 == 0
    return _day(at, language) if is_due else ""


def _week_tick(at: datetime, language: Language) -> str:
    """The first week that begins in every other month."""
    is_due = at.day <= _WEEK_DAYS and at.month % 2 == 1
    return said(language, "figures.months").split()[at.month - 1] if is_due else ""


_EDGES: dict[FigureRange, Callable[[Subscriber, datetime], list[datetime]]] = {
    FigureRange.DAY: _even(Stretch.QUARTER, QUARTERS),
    FigureRange.WEEK: _even(Stretch.HOUR, HOURS),
    FigureRange.QUARTER: _days,
    FigureRange.YEAR: _weeks,
}
_NAMES: dict[FigureRange, Callable[[datetime, datetime, Language], str]] = {
    FigureRange.DAY: _quarter_name,
    FigureRange.WEEK: _hour_name,
    FigureRange.QUARTER: _day_name,
    FigureRange.YEAR: _week_name,
}
_TICKS: dict[FigureRange, Callable[[datetime, Language], str]] = {
    FigureRange.DAY: _quarter_tick,
    FigureRange.WEEK: _hour_tick,
    FigureRange.QUARTER: _day_tick,
    FigureRange.YEAR: _week_tick,
}
