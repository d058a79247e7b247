"""A subscriber's calendar at a feed's address (iCalendar, RFC 5545), and how fetching it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import CalendarId, Number, Sealed


class FeedTrouble(StrEnum):
    """Why a feed could not be fetched, or not be read."""

    AWAY = "away"
    """Its name has no address, or nobody answered there in time."""
    CERTIFICATE = "certificate"
    PRIVATE = "private"
    """Its address, or one it leads on to, is inside somebody's own network, or not encrypted."""
    REFUSED = "refused"
    """The calendar was taken back, moved, or asks for a log-in."""
    FAULT = "fault"
    """The server said that it has a fault of its own, or answered in no form we know."""
    REDIRECTS = "redirects"
    TOO_LARGE = "too-large"
    NO_CALENDAR = "no-calendar"
    """What came is something else: a page to log in at, as a rule."""
    TOO_MANY = "too-many"
    """More appointments than anybody has."""
    TOO_SLOW = "too-slow"
    """Working its appointments out takes too much time or memory."""
    SEALED = "sealed"
    """Its address was kept with another secret key than the one in use."""


class BusyReason(StrEnum):
    """What a caller may hear of an appointment; its title is known to nobody."""

    MEETING = "meeting"
    AWAY = "away"
    """Marked as out of office."""
    OTHER = "other"
    """Its title begins with the subscriber's word, and the calendar says nothing of it."""


@dataclass(frozen=True, slots=True)
class BusySpell:
    """A time in which a subscriber can't answer, by a calendar."""

    starts_at: datetime
    ends_at: datetime
    reason: BusyReason


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """Which version of a feed was read last: what its server and its content tell of that."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """Of the content without what changes at each fetch."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What a feed held when it was read."""

    version: FeedVersion
    spells: tuple[BusySpell, ...]
    unread: int = 0
    """So many appointments could not be read; the others were."""


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """One feed of a subscriber's, as it stands."""

    id: CalendarId
    mailbox: Number
    address: Sealed = field(repr=False)
    """Whoever has it reads the whole calendar."""
    host: str
    """All of the address that is shown."""
    created_at: datetime
    due_at: datetime
    """When it is fetched next; of one that somebody fetches now, when the lease is over."""
    word: str = field(default="", repr=False)
    """Appointments whose title begins with it count, whatever the calendar says of them."""
    time_zone: str | None = None
    """The subscriber's, by which it was read."""
    version: FeedVersion = field(default_factory=FeedVersion, repr=False)
    fetched_at: datetime | None = None
    """When it was fetched last, changed or not; None: never."""
    read_at: datetime | None = None
    """When its appointments were worked out last: for some weeks from then."""
    spells: int = 0
    unread: int = 0
    failing_since: datetime | None = None
    failures: int = 0
    """So many in a row."""
    trouble: FeedTrouble | None = None
    owner_told: bool = False
    """The owner was told that it has failed for a day."""
    lease: str | None = field(default=None, repr=False)
    """The token of whoever fetches it; what is written back with another one is refused."""


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """All feeds, counted."""

    feeds: int = 0
    failing: int = 0
    oldest_seconds: float = 0
    """How long the one that was fetched longest ago was not."""
