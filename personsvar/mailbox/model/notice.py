"""What is told, to whom and by what: a row of the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.ids import MessageId, NoticeId, Number, Sealed


class NoticeKind(StrEnum):
    """Why a notice is sent (docs/call-flow.md, wherever it says SMS, notice or copy)."""

    NEW_MESSAGE = "new-message"
    MISSED_CALL = "missed-call"
    MANY_CALLS = "many-calls"
    """Calls of one hour above the bound, with and without a message, that are not told one by one."""
    FIRST_PIN = "first-pin"
    """The PIN given on the first call, or, for a PIN set by the operator, how to change it."""
    REQUESTED_PIN = "requested-pin"
    LOGIN_CODE = "login-code"
    """A code that lets its owner in on the page, once."""
    PIN_CHANGED = "pin-changed"
    GREETING_RECORDED = "greeting-recorded"
    GREETING_NOT_RECORDED = "greeting-not-recorded"
    LOGIN_ELSEWHERE = "login-elsewhere"
    LOCKED_OUT = "locked-out"
    NEARLY_FULL = "nearly-full"
    SOON_DELETED = "soon-deleted"
    ABSENCE_ON = "absence-on"
    """A reminder: the absence greeting is still what callers hear."""
    CALENDAR_FAILING = "calendar-failing"
    """A calendar could not be had for a day: callers hear nothing of its appointments any more."""
    MAILBOX_CHANGED = "mailbox-changed"
    """A lamp or a visual voicemail client hears of it: the counts are looked up when it is sent."""
    GREETINGS_CHANGED = "greetings-changed"
    """A visual voicemail client hears of it."""
    VISUAL_STATUS = "visual-status"
    """The answer to a phone that asked for visual voicemail: the account is looked up when it is sent."""
    TRANSCRIPT_WANTED = "transcript-wanted"
    """An engine is to write down what a message says."""
    MESSAGE_TRANSCRIBED = "message-transcribed"
    """What a message says is there in words, which are looked up when it is told."""


class MissedReason(StrEnum):
    """Why a call became a missed call and not a message."""

    HUNG_UP = "hung-up"
    EMPTY = "empty"
    """The recording held no speech or was shorter than the minimum."""
    MAILBOX_FULL = "mailbox-full"
    VOICEMAIL_OFF = "voicemail-off"
    ABSENT = "absent"
    """The subscriber is away and takes no messages meanwhile."""
    OUTSIDE_HOURS = "outside-hours"
    """It came outside of the hours in which the subscriber takes messages."""


class Channel(StrEnum):
    SMS = "sms"
    MMS = "mms"
    EMAIL = "email"
    WEBHOOK = "webhook"
    """An event for the operator's own systems."""
    LAMP = "lamp"
    """The message-waiting lamp of a desk phone (RFC 3842)."""
    VISUAL = "visual"
    """The SMS that a visual voicemail client reads, and no person."""
    TRANSCRIPT = "transcript"
    """The engine that writes messages down: it is told of one, and tells nobody."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice tells; only what its kind needs is set. Rendered to words when it is delivered."""

    message: MessageId | None = None
    caller: Number | None = None
    at: datetime | None = None
    """When it happened; when messages will be deleted; the last day of an absence greeting."""
    seconds: float | None = None
    urgent: bool = False
    new_count: int | None = None
    reason: MissedReason | None = None
    calls: int | None = None
    """How many calls one notice tells of: of one caller, or of many above the bound."""
    count: int | None = None
    """How many messages: a mailbox that is nearly full still takes, or that are soon deleted."""
    secret: Sealed | None = None
    """A PIN, encrypted; erased once the notice is delivered, has failed or is too old."""
    secret_until: datetime | None = None
    trouble: FeedTrouble | None = None
    """Why a calendar could not be had."""

    @property
    def why(self) -> MissedReason | FeedTrouble | None:
        """Of a missed call, or of a calendar: no notice tells of both."""
        return self.reason or self.trouble


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A notice on its way into the outbox, in the same transaction as what caused it."""

    to: Number
    kind: NoticeKind
    channel: Channel
    dedup_key: str
    """Unique: `message:<spool id>:sms`. A second notice with the same key is not written."""
    created_at: datetime
    facts: Facts = field(default_factory=Facts)
    address: str | None = None
    """The e-mail address at the time, for e-mail; SMS and MMS go to the number."""
    due_at: datetime | None = None
    """When it may first go out (quiet hours, calls that become one notice); None: at once."""


class NoticeStatus(StrEnum):
    READY = "ready"
    LEASED = "leased"
    SENT = "sent"
    """The gateway took it."""
    DELIVERED = "delivered"
    FAILED = "failed"
    DEAD = "dead"
    """The outbox tried as often or as long as its channel allows."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the outbox, as the delivery ledger shows it."""

    id: NoticeId
    to: Number
    kind: NoticeKind
    channel: Channel
    dedup_key: str
    created_at: datetime
    facts: Facts
    address: str | None
    status: NoticeStatus
    attempts: int
    next_at: datetime
    lease: str | None
    """The token of the worker that holds it; write-backs with another token are refused."""
    finished_at: datetime | None = None
    error: str | None = None
    held_until: datetime | None = None
    """It goes out no sooner (quiet hours, calls that become one, sent again): its age counts from here."""
    owner_told: bool = False
    """The owner heard by voice that it did not arrive."""
