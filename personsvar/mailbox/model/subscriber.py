"""Who owns a mailbox, and what is set for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from personsvar.mailbox.model.availability import WeeklyHours
from personsvar.mailbox.model.ids import MessageId, Number, PinHash

Language = Literal["nb", "en"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which notices a subscriber wants."""

    sms: bool = True
    mms: bool = False
    missed_calls: bool = True
    email_copy: bool = True
    transcripts: bool = False
    """Messages are written down, where the installation has an engine for it."""
    transcript_sms: bool = False
    """What a message says follows by SMS."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When notices wait, by the subscriber's own clock; from 22 to 7 passes midnight."""

    start: time
    end: time
    """The first minute that is not quiet any more."""

    def __post_init__(self) -> None:
        if self.start == self.end:
            raise ValueError("quiet hours begin and end at different times")

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the listening broke off: offered again on the next call."""

    message: MessageId
    seconds: float
    left_at: datetime


@dataclass(frozen=True, slots=True)
class SparePin:
    """A PIN sent on request: it takes effect at its first use, and until then the old one holds too."""

    hash: PinHash
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class ElsewhereLogin:
    """The last successful log-in that did not come from the subscriber's own phone."""

    at: datetime
    caller: Number | None
    acknowledged: bool = False
    """The owner has heard of it by voice."""


HOME_TIME_ZONE = "Europe/Oslo"
"""The time zone of a subscriber who was given no other, and of a call about nobody's mailbox."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    number: Number
    name: str = ""
    email: str | None = None
    language: Language = "nb"
    time_zone: str = HOME_TIME_ZONE
    pin: PinHash | None = None
    pin_by_operator: bool = False
    previous_pins: tuple[PinHash, ...] = ()
    """The last two PINs before this one, newest first."""
    spare_pin: SparePin | None = None
    pin_requests_on: date | None = None
    pin_requests: int = 0
    """How many PINs were asked for on the day `pin_requests_on` (the subscriber's own day)."""
    voicemail_on: bool = True
    """False also when it is off until a moment that has come: see `mailbox.availability`."""
    voicemail_off_since: datetime | None = None
    """Calls that came before still leave their message; None: that was not written down."""
    voicemail_off_until: datetime | None = None
    """When it is on again by itself; None: when somebody turns it on."""
    back_since: datetime | None = None
    """Who is back before the time: of calendars, nothing counts from then on that had begun by then."""
    hours: WeeklyHours = ()
    """When callers may leave messages, bank holidays apart; none: at any time."""
    always_ask_pin: bool = False
    oldest_first: bool = True
    call_back_from_elsewhere: bool = False
    say_caller: bool = False
    """The introduction of a message says from whom; else key 9 does."""
    wishes: Wishes = field(default_factory=Wishes)
    transcripts_consented_to: str | None = None
    """The host that recordings may go to, to be written down; empty: our own machine; None: no place."""
    quiet: QuietHours | None = None
    welcomed: bool = False
    """The first call is behind us: its welcome was heard to the end."""
    subscribed_at: datetime | None = None
    """Since when the number is this subscriber's; None: since before that was written down."""
    absence_until: date | None = None
    """The last day, inclusive and in the subscriber's time zone, of the absence greeting."""
    absence_reminder_at: datetime | None = None
    """When the subscriber is reminded next that it is on."""
    removals_look_at: datetime | None = None
    """When it is looked again whether messages will soon be removed by their age; None: at any time."""
    place: Place | None = None
    elsewhere_login: ElsewhereLogin | None = None
