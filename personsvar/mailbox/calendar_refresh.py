"""What becomes of a calendar that was fetched: absences, and when it is fetched next.

It is taken under a lease, so that two notifiers never both fetch it, and what comes of it is written back in
one transaction: the absences, how it stands, and, where it is time, that its owner is told. One that can't be
had is left alone longer and longer. What it gave before holds until that is a day old; when it has failed for
a day its owner is told, once. A feed without end of failures costs a try every six hours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from personsvar.backoff import Backoff
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.calendar_feed import (
    BusyReason,
    BusySpell,
    CalendarFeed,
    FeedReading,
    FeedTrouble,
    FeedVersion,
)
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number, Sealed
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.written_times import AHEAD

LEASE_SECONDS = 300.0
"""Far longer than fetching and reading one takes: whoever died with it is waited for so long."""
DAY = timedelta(days=1)
_LONGEST_PAUSE = 6 * 3600.0
_REASONS = {BusyReason.MEETING: AbsenceReason.MEETING, BusyReason.AWAY: AbsenceReason.HOLIDAY}

FeedOutcome = FeedReading | FeedVersion | FeedTrouble
"""A feed that was read; one that is as before, and by what that will be known; or why it could not be had."""


@dataclass(frozen=True, slots=True)
class FeedErrand:
    """A feed to be fetched, by whoever holds its lease."""

    mailbox: Number
    calendar: CalendarId
    lease: str | None
    address: Sealed = field(repr=False)
    word: str = field(repr=False)
    time_zone: str
    known: FeedVersion = field(repr=False)
    """What need not be read again; nothing, where it is to be read in any case."""


def take_errands(services: Services, *, limit: int) -> Sequence[FeedErrand]:
    """Those that are due, at most so many: they are the caller's for the time of the lease."""
    now = services.clock.now()
    with services.store.begin() as uow:
        due = uow.calendars.claim(now=now, lease_seconds=LEASE_SECONDS, limit=limit)
        errands = [_errand(feed, uow.subscribers.need(feed.mailbox), now) for feed in due]
        uow.commit()
    return errands


def take_one(services: Services, calendar: CalendarId) -> FeedErrand | None:
    """The same for one feed, due or not; None when it is gone, or somebody else fetches it now."""
    now = services.clock.now()
    with services.store.begin() as uow:
        feed = uow.calendars.get(calendar, for_change=True)
        if feed is None or (feed.lease is not None and feed.due_at > now):
            return None
        uow.calendars.put(replace(feed, due_at=now))
        (taken,) = uow.calendars.claim(now=now, lease_seconds=LEASE_SECONDS, limit=1, only=calendar)
        errand = _errand(taken, uow.subscribers.need(taken.mailbox), now)
        uow.commit()
    return errand


def write_back(
    services: Services, errand: FeedErrand, outcome: FeedOutcome, *, jitter: Callable[[], float]
) -> CalendarFeed | None:
    """The feed as it stands now. None: it is not this errand's any more, and nothing is written."""
    now = services.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.get(errand.mailbox, for_change=True)
        feed = uow.calendars.get(errand.calendar, for_change=True)
        if owner is None or feed is None or feed.lease != errand.lease:
            return None
        if isinstance(outcome, FeedTrouble):
            kept = _failed(NoticeWriter(uow, services.rules, now), owner, feed, outcome, jitter)
        else:
            due = replace(fetched(feed, now), due_at=next_fetch(services.rules, now, jitter))
            kept = _had(uow, due, outcome, errand.time_zone, now)
        uow.calendars.put(kept)
        uow.commit()
    return kept


def keep_reading(
    uow: UnitOfWork, feed: CalendarFeed, reading: FeedReading, time_zone: str, now: datetime
) -> CalendarFeed:
    """Its appointments are the absences from now on; returned is the feed as its row has to be."""
    absences = [_absence(feed, spell, now) for spell in reading.spells]
    uow.absences.replace(feed.mailbox, feed.id, absences, now=now)
    return replace(
        feed,
        version=reading.version,
        time_zone=time_zone,
        read_at=now,
        spells=len(absences),
        unread=reading.unread,
    )


def _absence(feed: CalendarFeed, spell: BusySpell, now: datetime) -> Absence:
    """Nobody plans further than ten years: an end in the year 9999 has no day in other time zones."""
    starts_at, ends_at = max(spell.starts_at, now - AHEAD), min(spell.ends_at, now + AHEAD)
    reason = _REASONS.get(spell.reason)
    return Absence(AbsenceId(0), feed.mailbox, starts_at, ends_at, reason, calendar=feed.id)


def fetched(feed: CalendarFeed, now: datetime) -> CalendarFeed:
    """It was to be had: what failed before is over."""
    return replace(
        feed, fetched_at=now, failing_since=None, failures=0, trouble=None, owner_told=False, lease=None
    )


def next_fetch(rules: Rules, now: datetime, jitter: Callable[[], float]) -> datetime:
    """Not at the same moment for all: a quarter more or less of the time between."""
    return now + timedelta(minutes=rules.calendar_minutes * (0.75 + jitter() / 2))


def _errand(feed: CalendarFeed, owner: Subscriber, now: datetime) -> FeedErrand:
    """It is read in any case once a day, since time goes on, and by the clock that is the owner's now."""
    is_read = feed.read_at is not None and now - feed.read_at < DAY and feed.time_zone == owner.time_zone
    known = feed.version if is_read else FeedVersion()
    return FeedErrand(feed.mailbox, feed.id, feed.lease, feed.address, feed.word, owner.time_zone, known)


def _had(
    uow: UnitOfWork, feed: CalendarFeed, outcome: FeedReading | FeedVersion, time_zone: str, now: datetime
) -> CalendarFeed:
    if isinstance(outcome, FeedReading):
        return keep_reading(uow, feed, outcome, time_zone, now)
    return replace(feed, version=outcome)


def _failed(
    writer: NoticeWriter,
    owner: Subscriber,
    feed: CalendarFeed,
    trouble: FeedTrouble,
    jitter: Callable[[], float],
) -> CalendarFeed:
    since = feed.failing_since or writer.now
    failing = replace(feed, failing_since=since, failures=feed.failures + 1, trouble=trouble, lease=None)
    if writer.now - (feed.fetched_at or since) >= DAY:
        failing = _let_go(writer.uow, failing, writer.now)
    if writer.now - since >= DAY and not feed.owner_told:
        cause = f"calendar:{feed.id}:{since:%Y%m%dT%H%M%S}"
        writer.post(owner, NoticeKind.CALENDAR_FAILING, Facts(at=since, trouble=trouble), cause=cause)
        failing = replace(failing, owner_told=True)
    return replace(failing, due_at=_next_try(failing, since, writer, jitter))


def _let_go(uow: UnitOfWork, feed: CalendarFeed, now: datetime) -> CalendarFeed:
    """What it said a day ago may be wrong by now; when it is back it is read in any case."""
    uow.absences.replace(feed.mailbox, feed.id, (), now=now)
    return replace(feed, version=FeedVersion(), read_at=None, spells=0, unread=0)


def _next_try(
    feed: CalendarFeed, since: datetime, writer: NoticeWriter, jitter: Callable[[], float]
) -> datetime:
    """Later and later; once when a day is over, so that its owner is told then."""
    pauses = Backoff(writer.rules.calendar_minutes * 60, _LONGEST_PAUSE, jitter)
    at = writer.now + timedelta(seconds=pauses.after(feed.failures))
    return at if feed.owner_told else min(at, since + DAY)
