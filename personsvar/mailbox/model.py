"""What a voicemail is made of: subscribers, messages, greetings, notices.

Every value here is frozen; a change is a new value put back through a repository (see `ports`).
Times are aware datetimes in UTC, lengths are seconds, numbers are E.164 with the plus sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Literal, NamedTuple, NewType

Number = NewType("Number", str)
"""A telephone number in E.164 form: `+4790000001`."""
MessageId = NewType("MessageId", int)
SoundId = NewType("SoundId", int)
GreetingId = NewType("GreetingId", int)
NoticeId = NewType("NoticeId", int)
CallBackId = NewType("CallBackId", int)
SpoolId = NewType("SpoolId", str)
"""The switch's unique id of the call that left the recording; also its file name in the spool."""
PinHash = NewType("PinHash", str)
"""A slow salted hash, self-describing (see `mailbox.pin`)."""
PasswordHash = NewType("PasswordHash", str)
"""Of a password made by the service, with its salt (see `mailbox.visual.password`)."""
Sealed = NewType("Sealed", bytes)
"""A secret encrypted at rest (see `ports.Vault`)."""

Language = Literal["nb", "en"]


class State(StrEnum):
    """A message's life: new → heard → saved; deleted from any of them, and back."""

    NEW = "new"
    HEARD = "heard"
    SAVED = "saved"
    DELETED = "deleted"


class GreetingKind(StrEnum):
    PERSONAL = "personal"
    INTERNATIONAL = "international"
    ABSENCE = "absence"
    SIGNATURE = "signature"


class NoticeKind(StrEnum):
    """Why a notice is sent (docs/call-flow.md, wherever it says SMS, notice or copy)."""

    NEW_MESSAGE = "new-message"
    MISSED_CALL = "missed-call"
    MANY_CALLS = "many-calls"
    """Calls of one hour above the bound, with and without a message, that are not told one by one."""
    FIRST_PIN = "first-pin"
    """The PIN given on the first call, or, for a PIN set by the operator, how to change it."""
    REQUESTED_PIN = "requested-pin"
    PIN_CHANGED = "pin-changed"
    GREETING_RECORDED = "greeting-recorded"
    GREETING_NOT_RECORDED = "greeting-not-recorded"
    LOGIN_ELSEWHERE = "login-elsewhere"
    LOCKED_OUT = "locked-out"
    NEARLY_FULL = "nearly-full"
    SOON_DELETED = "soon-deleted"
    ABSENCE_ON = "absence-on"
    """A reminder: the absence greeting is still what callers hear."""
    MAILBOX_CHANGED = "mailbox-changed"
    """For a lamp or a visual voicemail client: the counts are looked up when it is sent."""
    GREETINGS_CHANGED = "greetings-changed"
    """For a visual voicemail client."""
    VISUAL_STATUS = "visual-status"
    """The answer to a phone that asked for visual voicemail: the account is looked up when it is sent."""


class MissedReason(StrEnum):
    """Why a call became a missed call and not a message."""

    HUNG_UP = "hung-up"
    EMPTY = "empty"
    """The recording held no speech or was shorter than the minimum."""
    MAILBOX_FULL = "mailbox-full"
    VOICEMAIL_OFF = "voicemail-off"


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


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which notices a subscriber wants."""

    sms: bool = True
    mms: bool = False
    missed_calls: bool = True
    email_copy: bool = True


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
class Sound:
    """A recording kept in the store: A-law, 8,000 samples a second, one byte each."""

    id: SoundId
    seconds: float


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
    told: bool = False
    """Whether the owner has been told by voice."""


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
    always_ask_pin: bool = False
    oldest_first: bool = True
    call_back_from_elsewhere: bool = False
    say_caller: bool = False
    """The introduction of a message says from whom; else key 9 does."""
    wishes: Wishes = field(default_factory=Wishes)
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


@dataclass(frozen=True, slots=True)
class Marks:
    """What mail programs keep with a message, beside what its state says (`mailbox.visual`)."""

    flags: frozenset[str] = frozenset()
    """RFC 3501, 2.3.2, but for `\\Seen`, which is the state's, and `\\Recent`."""
    hidden: bool = False
    """Mail programs don't see it any more; the phone menu does."""
    downloaded_at: datetime | None = None
    """A mail program fetched it, and nobody said since that it was seen."""


@dataclass(frozen=True, slots=True)
class Message:
    id: MessageId
    mailbox: Number
    spool_id: SpoolId
    caller: Number | None
    """None: the caller withheld the number, or had none."""
    received_at: datetime
    sound: Sound
    urgent: bool = False
    state: State = State.NEW
    state_before: State = State.NEW
    """What a deleted message becomes again when it is taken back."""
    changed_at: datetime | None = None
    """When the state last changed; None as long as it never did."""
    marks: Marks = field(default_factory=Marks)


class ListedMessage(NamedTuple):
    """What a mail program's list needs of a message: thousands are read at once, and no sound."""

    id: MessageId
    caller: Number | None
    received_at: datetime
    seconds: float
    urgent: bool
    sound: SoundId
    state: State
    state_before: State
    flags: frozenset[str]
    amr_bytes: int | None
    """How long its AMR is; None until there is one."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many messages a mailbox holds, by state; `urgent` are among the new."""

    new: int = 0
    heard: int = 0
    saved: int = 0
    deleted: int = 0
    urgent: int = 0

    @property
    def kept(self) -> int:
        """What counts against the mailbox's size: all but the deleted."""
        return self.new + self.heard + self.saved


@dataclass(frozen=True, slots=True)
class Greeting:
    id: GreetingId
    mailbox: Number
    kind: GreetingKind
    sound: Sound
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class GreetingVersion:
    """A greeting as mail programs see it."""

    greeting: Greeting
    in_use: bool
    """Callers hear it, as far as its kind is what they hear."""
    flags: frozenset[str] = frozenset()
    amr_bytes: int | None = None


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
    """Tried as often or as long as its channel allows."""


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
    """Not to go out before (quiet hours, calls that become one, sent again): its age counts from here."""
    owner_told: bool = False
    """The owner heard by voice that it did not arrive."""


class AttemptOutcome(StrEnum):
    """How one try to hand a notice over ended."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: no other try can do better."""
    LATER = "later"
    """Not taken this time."""
    UNKNOWN = "unknown"
    """It was written, and no answer came: it may have arrived, and may so arrive twice."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try, as the delivery ledger shows it."""

    number: int
    """1 for the first."""
    at: datetime
    outcome: AttemptOutcome
    gateway: str = ""
    """Which one: `smsc.example.test:2775`."""
    ids: tuple[str, ...] = ()
    """The gateway's own ids, one for each part; without them no receipts come."""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What is written back of a notice once it was tried."""

    notice: NoticeId
    lease: str
    """Written only while this is still the row's lease."""
    status: NoticeStatus
    attempt: Attempt | None = None
    next_at: datetime | None = None
    """When it is tried again, for READY."""
    error: str | None = None
    spent: bool = True
    """False: nothing was handed over, and the try does not count against the channel's limit."""


class ReceiptState(StrEnum):
    """What a gateway reports of a part it took."""

    ON_ITS_WAY = "on-its-way"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A gateway's word on one part, idempotent on (gateway, gateway id, state)."""

    gateway: str
    """As in the attempt it belongs to."""
    gateway_id: str
    state: ReceiptState
    at: datetime
    """When it came here."""
    detail: str = ""
    """In the gateway's own words: `EXPIRED err:001`."""


@dataclass(frozen=True, slots=True)
class History:
    """What became of one notice, as the ledger tells it."""

    attempts: tuple[Attempt, ...] = ()
    """In order. One that was never written back (its worker died) is UNKNOWN, not before its `at`."""
    receipts: tuple[Receipt, ...] = ()
    """In the order they came."""


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """What stands in the outbox for one channel."""

    channel: Channel
    queued: int = 0
    """Ready or under way, those that are not due yet too."""
    oldest_seconds: float = 0
    """How long the one that is due longest has waited."""


class LockScope(StrEnum):
    """Whose failures are counted (docs/call-flow.md, 7)."""

    MAILBOX = "mailbox"
    CALLER = "caller"
    SERVICE = "service"
    OWN_PHONE = "own-phone"


@dataclass(frozen=True, slots=True)
class Lock:
    """A counter of wrong PINs, and until when it keeps its way in closed."""

    scope: LockScope
    key: str
    """The mailbox's or the caller's number; of what many share, how many digits the PINs have."""
    failures: int = 0
    closures: int = 0
    """How many times it closed in a row: each doubles the time."""
    closed_until: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallBack:
    """A call back that was dialled; an answered one is a charge."""

    id: CallBackId
    mailbox: Number
    called: Number
    at: datetime
    answered: bool
    price_ore: int
    """What it costs the subscriber when answered, in øre (1/100 krone)."""


class VisualDialect(StrEnum):
    """How a phone's visual voicemail client and the service speak to each other by SMS."""

    OMTP_11 = "omtp-1.1"
    OMTP_12 = "omtp-1.2"
    OMTP_13 = "omtp-1.3"
    CVVM = "cvvm"
    VVM3 = "vvm3"
    IPHONE = "iphone"


class VisualStatus(StrEnum):
    """How far a subscriber has come with visual voicemail."""

    PROVISIONED = "provisioned"
    """Served, but not activated."""
    NEW = "new"
    """Activated; the mailbox was never set up."""
    READY = "ready"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class VisualAccount:
    """A subscriber's visual voicemail: how the phone speaks, and what it logs in with."""

    number: Number
    dialect: VisualDialect
    status: VisualStatus = VisualStatus.PROVISIONED
    port: int = 0
    """The application port its SMS go to; 0: plain text."""
    prefix: str = ""
    """What its SMS begin with, where the phone said so; empty: what is usual in its dialect."""
    client: str = ""
    """Maker, model and version, in the client's own words: `acme.p1.14`."""
    password: PasswordHash | None = field(default=None, repr=False)
    password_sealed: Sealed | None = field(default=None, repr=False)
    """The same, encrypted: a phone that asks again is told the same password."""
    activated_at: datetime | None = None
    tutorial_closed: bool = False
    """The client has led its user through the PIN and the greeting."""
    asked: int = 0
    """How many requests came since `asked_since`."""
    asked_since: datetime | None = None

    @property
    def is_active(self) -> bool:
        return self.status in (VisualStatus.NEW, VisualStatus.READY)


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a machine has been running: what no change of its clock touches."""

    boot: str
    """Which start of which machine it counts from; empty when nobody can tell."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Reckoning:
    """When the clock was believed last, and how long the machine that said so had been running."""

    at: datetime
    uptime: Uptime
    go_on: bool = False
    """The operator wants the next round of retention to go on, however much it removes."""
