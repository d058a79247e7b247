"""An appointment without an end in sight is brought into the years that can be reckoned with.

Calendars write "for ever" as the year 9999, and "always" as the year 1. Neither has a day in other time
zones, and what lasts from the one to the other can't be taken from any day of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from icalendar import vDDDTypes

T = TypeVar("T", bound=date)
Event = MutableMapping[str, Any]
"""A component of the library, by what is written in it."""
EARLIEST = 1900
YEARS_AHEAD = 100
YEARS_OF_ONE = 1_000
"""One that is repeated keeps its begin, which says when it is repeated."""
_LEAP_DAYS = 366
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, OverflowError)


def bring_near(events: Iterable[Event], year: int) -> None:
    """Those that last beyond a hundred years from that `year` end there; what is written wrongly stays."""
    for event in events:
        with suppress(*_UNREADABLE):
            _bring_near(event, year + YEARS_AHEAD)


def _bring_near(event: Event, latest: int) -> None:
    starts, is_repeated = event["DTSTART"].dt, "RRULE" in event or "RDATE" in event
    if is_repeated:
        latest = min(latest, starts.year + YEARS_OF_ONE)
    ends = _end(event, starts, latest)
    if starts.year < latest <= ends.year:
        ends = _new_year(ends, latest)
        _put(event, starts, ends)
    if starts.year < EARLIEST < ends.year and not is_repeated:
        _put(event, _new_year(starts, EARLIEST), ends)


def _put(event: Event, starts: date, ends: date) -> None:
    event.pop("DURATION", None)
    event["DTSTART"], event["DTEND"] = vDDDTypes(starts), vDDDTypes(ends)


def _end(event: Event, starts: date, latest: int) -> date:
    """As it is written, but of a duration, which may go beyond all years. Raise KeyError: it has none."""
    if "DTEND" in event:
        ends: date = event["DTEND"].dt
        return ends
    lasting = event["DURATION"].dt
    if lasting.days > (latest - starts.year) * _LEAP_DAYS:
        return _new_year(starts, latest)
    last: date = starts + lasting
    return last


def _new_year(at: T, year: int) -> T:
    """A day stays a day, and a time keeps its zone."""
    return at.replace(year=year, month=1, day=1)
