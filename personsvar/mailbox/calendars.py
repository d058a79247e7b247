"""A subscriber's calendars: which feeds there are, and which word counts in them.

A feed was fetched and read before it is kept, so what can't be used is refused and changes nothing. Its
address is a secret (whoever has it reads the calendar) and is kept as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox.calendar_refresh import fetched, keep_reading, next_fetch
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedReading, FeedTrouble, FeedVersion
from personsvar.mailbox.model.ids import CalendarId, Number
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.seen_versions import must_be_as_seen, version_of_shown
from personsvar.mailbox.services import Services

MOST_CALENDARS = 5
LONGEST_WORD = 50


class CalendarFault(StrEnum):
    """What is wrong with what somebody gives."""

    ADDRESS = "address"
    WORD = "word"
    NO_ROOM = "no-room"
    KNOWN = "known"


class CalendarRefusedError(MailboxError):
    """It is not taken, and nothing is changed; the text repeats no address."""

    def __init__(self, fault: CalendarFault | FeedTrouble, text: str) -> None:
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class NewCalendar:
    """A feed as it was given, and as it was read then."""

    address: str = field(repr=False)
    host: str
    word: str
    time_zone: str
    reading: FeedReading = field(repr=False)


def check_word(word: str) -> str:
    """As it is kept. Raise MailboxError for one that no title can begin with."""
    kept = " ".join(word.split())
    if len(kept) > LONGEST_WORD or not kept.isprintable():
        raise CalendarRefusedError(CalendarFault.WORD, f"the word should be {LONGEST_WORD} letters at most")
    return kept


def check_room(services: Services, mailbox: Number) -> None:
    """Raise MailboxError when there may be no further calendar: before one is fetched."""
    with services.store.look() as uow:
        _check_room(uow, mailbox)


def add_calendar(
    services: Services, mailbox: Number, new: NewCalendar, *, jitter: Callable[[], float], by: Actor
) -> CalendarFeed:
    """From now on its appointments are absences. Raise MailboxError, UnknownSubscriberError."""
    now = services.clock.now()
    with services.store.begin() as uow:
        uow.subscribers.need(mailbox, for_change=True)
        _check_room(uow, mailbox)
        sealed = services.vault.seal(new.address)
        due_at = next_fetch(services.rules, now, jitter)
        feed = uow.calendars.add(
            CalendarFeed(CalendarId(0), mailbox, sealed, new.host, now, due_at, word=new.word)
        )
        kept = keep_reading(uow, fetched(feed, now), new.reading, new.time_zone, now)
        uow.calendars.put(kept)
        audit.note(uow, now, by, AuditAction.CALENDAR_ADDED, mailbox=mailbox, detail=f"calendar {feed.id}")
        uow.commit()
    return kept


def calendar_version(feed: CalendarFeed) -> str:
    """The same for the same calendar, as it is shown: who changes one may say which version he saw."""
    shown = (feed.id, feed.mailbox, feed.host, feed.word, feed.created_at, feed.due_at, feed.fetched_at)
    state = (feed.read_at, feed.spells, feed.unread, feed.failing_since, feed.failures, feed.trouble)
    return version_of_shown((shown, state, feed.owner_told))


def set_word(
    services: Services,
    mailbox: Number,
    calendar: CalendarId,
    word: str,
    *,
    by: Actor,
    as_seen: str | None = None,
) -> CalendarFeed:
    """Its appointments are worked out by that word from the next time it is fetched: soon.

    `as_seen` is the version that is to be changed: raise StaleError when it is another by now.
    """
    now = services.clock.now()
    with services.store.begin() as uow:
        feed = _need(uow, mailbox, calendar)
        must_be_as_seen(calendar_version(feed), as_seen)
        anew = replace(feed, word=check_word(word), version=FeedVersion(), due_at=now, lease=None)
        uow.calendars.put(anew)
        audit.note(uow, now, by, AuditAction.CALENDAR_CHANGED, mailbox=mailbox, detail=f"calendar {calendar}")
        uow.commit()
    return anew


def remove_calendar(
    services: Services, mailbox: Number, calendar: CalendarId, *, by: Actor, as_seen: str | None = None
) -> None:
    """With the absences that came from it. Raise MailboxError when the subscriber has no such calendar."""
    now = services.clock.now()
    with services.store.begin() as uow:
        must_be_as_seen(calendar_version(_need(uow, mailbox, calendar)), as_seen)
        uow.absences.replace(mailbox, calendar, (), now=now)
        uow.calendars.remove(calendar)
        audit.note(uow, now, by, AuditAction.CALENDAR_REMOVED, mailbox=mailbox, detail=f"calendar {calendar}")
        uow.commit()


def calendars_of(services: Services, mailbox: Number) -> Sequence[CalendarFeed]:
    with services.store.look() as uow:
        return uow.calendars.of(mailbox)


def calendar_of(services: Services, mailbox: Number, which: CalendarId) -> CalendarFeed | None:
    return next((feed for feed in calendars_of(services, mailbox) if feed.id == which), None)


def all_calendars(
    services: Services,
    *,
    failing: bool = False,
    after: CalendarId | None = None,
    most: int | None = None,
) -> Iterator[CalendarFeed]:
    """By id; a page a transaction."""
    return page_by_page(
        services,
        lambda uow, last, limit: uow.calendars.list(failing=failing, after=last, limit=limit),
        lambda it: it.id,
        after=after,
        most=most,
    )


def some_calendars(
    services: Services, *, failing: bool, after: CalendarId | None, limit: int
) -> Sequence[CalendarFeed]:
    """By id, from behind `after`; `failing`: those that could not be had last."""
    with services.store.look() as uow:
        return uow.calendars.list(failing=failing, after=after, limit=limit)


def _check_room(uow: UnitOfWork, mailbox: Number) -> None:
    if len(uow.calendars.of(mailbox)) >= MOST_CALENDARS:
        text = f"{mailbox} has {MOST_CALENDARS} calendars already: remove one first"
        raise CalendarRefusedError(CalendarFault.NO_ROOM, text)


def _need(uow: UnitOfWork, mailbox: Number, calendar: CalendarId) -> CalendarFeed:
    """The subscriber's row first: who removes a subscriber takes them in this order too."""
    uow.subscribers.need(mailbox, for_change=True)
    feed = uow.calendars.get(calendar, for_change=True)
    if feed is None or feed.mailbox != mailbox:
        raise MailboxError(f"{mailbox} has no calendar {calendar}")
    return feed
