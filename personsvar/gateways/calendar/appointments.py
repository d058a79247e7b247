"""A feed's bytes in, the times in which its owner can't answer out: pure, and slow for what is made to be.

It runs in a process of its own (`reading_process`): no bound in here is one on what the libraries do before
they give something back.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import ClassVar

import icalendar
import recurring_ical_events
from icalendar.cal.component import Component
from recurring_ical_events import CalendarQuery, Occurrence

from personsvar.gateways.calendar.busy import busy_reason
from personsvar.gateways.calendar.far_ends import bring_near
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import BusyReason, BusySpell, FeedTrouble

MOST_OCCURRENCES = 5_000
"""In the time that is looked at, those that keep nobody from answering among them."""
MOST_SPELLS = 1_000
"""Thirty a day: what has more is no person's calendar."""
_A_DAY = timedelta(days=1)
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, ArithmeticError)
"""The libraries raise these for an appointment that is written wrongly; the others are read all the same."""


@dataclass(frozen=True, slots=True)
class LookOut:
    """What is looked for in a feed: from when to when, by whose clock, and by which word."""

    since: datetime
    until: datetime
    zone: tzinfo
    """The subscriber's: of days, and of times that name no zone."""
    word: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class BusySpells:
    spells: Sequence[BusySpell]
    """In order, and no two of a reason touch."""
    unread: int
    """So many appointments could not be read."""


class _LenientQuery(CalendarQuery):  # type: ignore[misc]  # the library has no types
    """An appointment that is written wrongly is left out, and not the calendar."""

    suppressed_errors: ClassVar[list[type[Exception]]] = [*CalendarQuery.suppressed_errors, *_UNREADABLE]


def busy_spells(content: bytes, look_out: LookOut) -> BusySpells:
    """Raise FeedFailedError for what is no calendar, or one without end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # guesses at time zones
        calendars = _calendars(content)
        for one in calendars:
            bring_near(one.walk("VEVENT"), look_out.until.year)
        queries = [_query(calendar) for calendar in calendars]
        found = [_Series(query, look_out) for query in queries]
        spells = [spell for one in found for spell in one.spells(MOST_OCCURRENCES)]
    joined = [it for it in _joined(spells) if it.ends_at > look_out.since]
    if len(joined) > MOST_SPELLS:
        raise FeedFailedError(FeedTrouble.TOO_MANY)
    written = sum(len({_uid(event) for event in calendar.walk("VEVENT")}) for calendar in calendars)
    read = sum(len(query.series) for query in queries) - sum(one.unread for one in found)
    return BusySpells(joined, written - read)


def _calendars(content: bytes) -> Sequence[Component]:
    text = content.decode("utf-8-sig", "replace").strip()
    if not text[:15].upper().startswith("BEGIN:VCALENDAR") or text[-13:].upper() != "END:VCALENDAR":
        raise FeedFailedError(FeedTrouble.NO_CALENDAR)
    try:
        return icalendar.Calendar.from_ical(text, multiple=True)
    except _UNREADABLE as wrong:
        raise FeedFailedError(FeedTrouble.NO_CALENDAR) from wrong


def _query(calendar: Component) -> CalendarQuery:
    try:
        return recurring_ical_events.of(calendar, skip_bad_series=True, calendar_query=_LenientQuery)
    except _UNREADABLE as wrong:
        raise FeedFailedError(FeedTrouble.NO_CALENDAR) from wrong


@dataclass
class _Series:
    """The appointments of one calendar, each with its repetitions."""

    query: CalendarQuery
    look_out: LookOut
    unread: int = 0

    def spells(self, most: int) -> Iterator[BusySpell]:
        for number, occurrence in enumerate(self._occurrences()):
            if number >= most:
                raise FeedFailedError(FeedTrouble.TOO_MANY)
            with suppress(*_UNREADABLE):
                yield from self._spell(occurrence)

    def _occurrences(self) -> Iterator[Occurrence]:
        """A day more at both ends: what names no zone is compared as if it were in one."""
        since = (self.look_out.since - _A_DAY).astimezone(self.look_out.zone)
        until = (self.look_out.until + _A_DAY).astimezone(self.look_out.zone)
        for series in self.query.series:
            try:
                yield from series.between(since, until)
            except _UNREADABLE:
                self.unread += 1

    def _spell(self, occurrence: Occurrence) -> Iterator[BusySpell]:
        reason = busy_reason(occurrence.as_component(False), self.look_out.word)
        starts_at, ends_at = self._moment(occurrence.start), self._moment(occurrence.end)
        if reason is not None and starts_at < min(ends_at, self.look_out.until):
            yield BusySpell(starts_at, ends_at, reason)

    def _moment(self, at: date) -> datetime:
        """A day begins at midnight, and a time without a zone is meant, by the subscriber's own clock."""
        if not isinstance(at, datetime):
            at = datetime.combine(at, time())
        return (at if at.tzinfo is not None else at.replace(tzinfo=self.look_out.zone)).astimezone(UTC)


def _uid(event: Component) -> object:
    return event.get("UID", id(event))


def _joined(spells: Sequence[BusySpell]) -> Sequence[BusySpell]:
    """Meetings one after the other are one time in which nobody answers."""
    return [spell for reason in BusyReason for spell in _joined_of(spells, reason)]


def _joined_of(spells: Sequence[BusySpell], reason: BusyReason) -> Sequence[BusySpell]:
    joined: list[BusySpell] = []
    for spell in sorted((it for it in spells if it.reason is reason), key=lambda it: it.starts_at):
        before = joined[-1] if joined else None
        if before is not None and spell.starts_at <= before.ends_at:
            joined[-1] = BusySpell(before.starts_at, max(before.ends_at, spell.ends_at), reason)
        else:
            joined.append(spell)
    return joined
