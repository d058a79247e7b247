"""When most calls come: a table of the week's days and hours, over the last three months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

from personsvar.http.pages.message_shown import clock
from personsvar.http.pages.operator.figure_ranges import weekdays
from personsvar.http.pages.operator.operator_page import OperatorAtWork
from personsvar.http.pages.operator.shown_figures import number
from personsvar.mailbox.local_time import local_wall
from personsvar.mailbox.model.tally import Stretch, TallySubject

WEEKS = 13
SHADES = 5
"""Beside that of an hour without a call."""
BROAD = 10_000


@dataclass(frozen=True, slots=True)
class BusyCell:
    shown: str
    shade: int


@dataclass(frozen=True, slots=True)
class BusyHours:
    weekdays: Sequence[str]
    hours: Sequence[tuple[str, Sequence[BusyCell]]]
    """The hours of a day, each with its calls on each weekday."""
    busiest: str
    """In words; empty where there was no call."""
    is_broad: bool
    """A telephone is too narrow for the numbers."""


def busy_hours(work: OperatorAtWork) -> BusyHours:
    calls, language = _calls(work), work.language
    most = max(calls.values(), default=0)

    def cell(day: int, hour: int) -> BusyCell:
        many = calls[day, hour]
        return BusyCell(number(many, language) if many > 0 else "", _shade(many, most))

    rows = [(f"{hour:02d}", [cell(day, hour) for day in range(7)]) for hour in range(24)]
    return BusyHours(weekdays(language), rows, _busiest(work, calls), most >= BROAD)


def _calls(work: OperatorAtWork) -> Counter[tuple[int, int]]:
    """By the weekday and the hour, of the operator's own clock."""
    owner, services = work.visitor.subscriber, work.site.services
    until = Stretch.HOUR.begin(services.clock.now()) + Stretch.HOUR.length
    since = until - timedelta(weeks=WEEKS)
    with services.store.look(may_be_late=True) as uow:
        found = uow.tallies.by_stretch(Stretch.HOUR, TallySubject.CALL, since=since, until=until)
    calls: Counter[tuple[int, int]] = Counter()
    for at, times in found.items():
        local = local_wall(owner, at)
        calls[local.weekday(), local.hour] += times
    return calls


def _shade(many: int, most: int) -> int:
    return 0 if many <= 0 else 1 + (many * SHADES - 1) // (most or 1) if most else 0


def _busiest(work: OperatorAtWork, calls: Counter[tuple[int, int]]) -> str:
    if not any(calls.values()):
        return ""
    (day, hour), many = calls.most_common(1)[0]
    return work.said(
        "figures.busiest",
        day=work.said(f"weekday.{day}"),
        since=clock(time(hour), work.language),
        until=clock(time((hour + 1) % 24), work.language),
        calls=number(many, work.language),
    )
