"""What the domain asks of the world: a store, a clock, chance, a vault, and a place for takes.

A port is named for the thing; who implements it carries the technology in the name
(`Mailboxes`/`SqlStore`). One contract suite in tests/contract runs over every implementation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from personsvar.mailbox.model import (
    CallBack,
    CallBackId,
    Channel,
    ChannelFigures,
    Counts,
    Greeting,
    GreetingKind,
    GreetingVersion,
    History,
    Listed,
    Lock,
    LockScope,
    Message,
    MessageId,
    MissedReason,
    NewNotice,
    Notice,
    NoticeId,
    NoticeKind,
    NoticeStatus,
    Number,
    Receipt,
    Reckoning,
    Sealed,
    Settlement,
    Sound,
    SoundId,
    SpoolId,
    State,
    Subscriber,
    VisualAccount,
    VisualDialect,
)


class Subscribers(Protocol):
    def get(self, number: Number, *, for_change: bool = False) -> Subscriber | None:
        """The subscriber, or None. With `for_change` the row is held until the unit of work ends."""
        ...

    def add(self, subscriber: Subscriber) -> None:
        """Raise MailboxError when the number is taken."""
        ...

    def put(self, subscriber: Subscriber) -> None:
        """Replace the whole value of an existing subscriber; UnknownSubscriberError when there is none."""
        ...

    def remove(self, number: Number) -> None:
        """Purge: messages, greetings, notices, sounds, locks (numbers are used again). Charges stay."""
        ...

    def list(self, *, after: Number | None = None, limit: int = 1000) -> Sequence[Subscriber]:
        """By number, ascending, from behind `after`."""
        ...

    def to_remind_of_absence(
        self, *, now: datetime, after: Number | None = None, limit: int = 500
    ) -> Sequence[Subscriber]:
        """Those whose reminder (`absence_reminder_at`) is due, by number."""
        ...

    def losing(
        self,
        state: State,
        *,
        since: datetime,
        until: datetime,
        now: datetime,
        after: Number | None = None,
        limit: int = 500,
    ) -> Sequence[Subscriber]:
        """Those with messages in `state` whose last change (or arrival) fell in `since` to `until`.

        Only those for whom it is time to look (`removals_look_at`); by number.
        """
        ...


class Sounds(Protocol):
    """Recordings as bytes: A-law, 8,000 samples a second."""

    def add(self, alaw: bytes) -> Sound: ...

    def read(self, sound: SoundId) -> bytes:
        """Raise KeyError when there is no such sound."""
        ...


class Renditions(Protocol):
    """Recordings as AMR-NB, each encoded once: the same bytes as long as its sound is there."""

    def read(self, sound: SoundId) -> bytes | None: ...

    def keep(self, sound: SoundId, amr: bytes) -> bytes:
        """The first one stays: what is kept from now on is returned.

        Raise UnknownSubscriberError when there is no such sound any more.
        """
        ...


class Messages(Protocol):
    def add(self, message: Message) -> Message:
        """Store it under a fresh id (the one given is ignored) and return it; ids are never used again."""
        ...

    def get(self, message: MessageId, *, for_change: bool = False) -> Message | None:
        """The message, or None. With `for_change` the row is held until the unit of work ends."""
        ...

    def by_spool_id(self, spool_id: SpoolId) -> Message | None: ...

    def counts(self, mailbox: Number) -> Counts: ...

    def ids(
        self, mailbox: Number, states: Sequence[State], *, oldest_first: bool = True
    ) -> Sequence[MessageId]:
        """In the order to be heard: by state as given, urgent before others among the new, then by age."""
        ...

    def list(self, mailbox: Number, states: Sequence[State] = tuple(State)) -> Sequence[Message]:
        """Whole messages, oldest first."""
        ...

    def listed(self, mailbox: Number, states: Sequence[State]) -> Sequence[Listed]:
        """Those that are not hidden, by id."""
        ...

    def latest(self, mailbox: Number) -> MessageId | None:
        """The highest id of those that are there, deleted and hidden ones too."""
        ...

    def put(self, message: Message) -> None:
        """Replace the whole value under its id; a sound no longer used is removed."""
        ...

    def oldest_heard(self, mailbox: Number) -> Message | None: ...

    def oldest_hidden(self, mailbox: Number) -> Message | None:
        """Of the saved ones that mail programs don't see any more."""
        ...

    def remove(self, message: MessageId) -> None:
        """For good, with its sound."""
        ...

    def expired(self, state: State, *, before: datetime, limit: int = 500) -> Sequence[Message]:
        """Those in `state` whose last change (or arrival) is older than `before`, oldest first.

        They are held until the unit of work ends. One that somebody else holds is left out: its owner may be
        saving it in this moment.
        """
        ...

    def count(self) -> int:
        """How many there are in all mailboxes."""
        ...

    def count_expired(self, state: State, *, before: datetime) -> int: ...


class Greetings(Protocol):
    """The greetings of a mailbox; versions are kept, one of a kind is in use."""

    def current(self, mailbox: Number, kind: GreetingKind) -> Greeting | None: ...

    def add(
        self,
        mailbox: Number,
        kind: GreetingKind,
        sound: Sound,
        recorded_at: datetime,
        *,
        in_use: bool = True,
    ) -> Greeting:
        """The new one is in use from now, if told so; the one before stays as a version."""
        ...

    def retire(self, mailbox: Number, kind: GreetingKind) -> None:
        """None of this kind is in use any more; the versions stay."""
        ...

    def versions(self, mailbox: Number, kind: GreetingKind) -> Sequence[Greeting]:
        """Newest first."""
        ...

    def listed(self, mailbox: Number, kinds: Sequence[GreetingKind]) -> Sequence[GreetingVersion]:
        """Every version, by id; one of a kind, at most, is in use."""
        ...

    def use(self, greeting: Greeting) -> None:
        """That version is what callers hear from now, and no other of its kind."""
        ...

    def mark(self, greeting: Greeting, flags: frozenset[str]) -> None:
        """Keep what a mail program says of it."""
        ...

    def remove(self, greeting: Greeting) -> None:
        """For good, with its sound."""
        ...

    def mark_unused(self, *, now: datetime, limit: int) -> int:
        """Write down that versions are not in use since now, those of which nothing is written; how many."""
        ...

    def remove_unused(self, *, before: datetime, limit: int) -> int:
        """For good, with their sounds: versions not in use since before that; how many."""
        ...


class Outbox(Protocol):
    """Notices as rows (MESSAGING.md): claimed under a lease, written back under the lease's token.

    Beside them stands the ledger: every try, and every receipt a gateway gave for what it took.
    """

    def add(self, notice: NewNotice) -> NoticeId | None:
        """None when a notice with that dedup key is there already."""
        ...

    def renew(self, notice: NewNotice) -> None:
        """Add it, or make the one with that dedup key new again: the newest state is what counts.

        One under way loses its lease: what its worker writes back is refused, and it goes out again.
        """
        ...

    def join_missed(
        self,
        *,
        to: Number,
        caller: Number | None,
        cause: str,
        at: datetime,
        since: datetime,
        reason: MissedReason | None = None,
    ) -> bool:
        """Count one more call in that caller's notice of a missed call, on all channels for people.

        It must still wait, never tried, and be made at `since` or later; False when there is none such.
        A `reason` given takes the place of the one there. A call that was told of before, by its `cause`
        (the beginning of the dedup keys), is not counted again. All who withhold their number (None)
        count as one caller.
        """
        ...

    def join_many(self, *, to: Number, cause: str, at: datetime) -> bool:
        """Count one more call in the notice of many calls that still waits, never tried.

        False when there is none such; True for a call that was counted in one before, by its `cause`.
        """
        ...

    def count_since(self, *, to: Number, kind: NoticeKind, since: datetime) -> int:
        """How many of that kind were made then or later, by SMS, MMS or for a phone: the most of these."""
        ...

    def claim(
        self,
        *,
        channels: Sequence[str],
        now: datetime,
        lease_seconds: float,
        limit: int,
        begun_before: datetime | None = None,
        but_not: Collection[NoticeId] = (),
    ) -> Sequence[Notice]:
        """Take due rows (ready and due, or leased and run out): each gets a fresh token, attempts + 1.

        `begun_before`: only those that were made, or were to go out first, before that moment. `but_not`:
        those the worker holds itself, though their lease ran out. For one channel at a time it is quick,
        however many wait for the others.
        """
        ...

    def settle(self, settlements: Sequence[Settlement], *, now: datetime) -> frozenset[NoticeId]:
        """Write outcomes back; of one whose lease is gone nothing is. Returned are those that were ours.

        A status that ends it (sent, delivered, failed, dead) erases the secret. The ledger numbers the
        attempts itself, one more for each that was made; a settlement without an attempt made none.
        Receipts that came before are matched now: one of them may make a notice that was sent
        DELIVERED or FAILED at once.
        """
        ...

    def receive(self, receipts: Sequence[Receipt]) -> Sequence[Notice]:
        """Keep what gateways said, each once for a (gateway, gateway id, state).

        It is for the newest part with that gateway and id, or waits for it. A part's first final word
        stays. A sent notice becomes DELIVERED when all parts of its last attempt are, FAILED when one
        has: those that just did are returned, as they are now.
        """
        ...

    def get(self, notice: NoticeId) -> Notice | None: ...

    def still_there(self, notices: frozenset[NoticeId]) -> frozenset[NoticeId]:
        """Those of them that stand here; one that tells of a message, as long as the message is there."""
        ...

    def history(self, notice: NoticeId) -> History:
        """Its attempts and receipts; empty when there is no such notice."""
        ...

    def list(
        self,
        *,
        to: Number | None = None,
        channel: Channel | None = None,
        kind: NoticeKind | None = None,
        status: NoticeStatus | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        before_id: NoticeId | None = None,
        limit: int = 1000,
    ) -> Sequence[Notice]:
        """Newest first: those that fit all that is given.

        `since` (inclusive) and `until` (exclusive) are when it was made, and what the order goes by when one
        of them is given; else it goes by id. `before_id` is the last one of the page before.
        """
        ...

    def figures(self, *, now: datetime) -> Sequence[ChannelFigures]:
        """One for each channel, in the order of `Channel`."""
        ...

    def resend(self, notice: NoticeId, *, now: datetime) -> bool:
        """Make an ended notice due again; False when there is none or it is still on its way."""
        ...

    def untold_failures(self, to: Number, channel: Channel) -> int:
        """How many failed or were given up, and the owner has not heard of it."""
        ...

    def mark_told(self, to: Number, channel: Channel) -> None:
        """The owner has heard of those."""
        ...

    def expire_secrets(self, *, now: datetime) -> int:
        """Erase the secrets whose time is over; how many."""
        ...

    def expire_receipts(self, *, now: datetime) -> int:
        """Remove receipts that have waited for seven days; how many."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove notices that ended before that, with their history; how many, no more than `limit`."""
        ...


class Locks(Protocol):
    def get(self, scope: LockScope, key: str, *, for_change: bool = False) -> Lock:
        """The counter; a fresh one when nothing was counted yet."""
        ...

    def put(self, lock: Lock) -> None: ...

    def purge(self, *, before: datetime, now: datetime, limit: int) -> int:
        """Remove counters that did not change since `before` and keep nothing closed; how many."""
        ...


class CallBacks(Protocol):
    def add(self, mailbox: Number, called: Number, *, at: datetime, price_ore: int) -> CallBackId:
        """A call back about to be dialled, not answered so far."""
        ...

    def answered(self, call_back: CallBackId) -> None: ...

    def get(self, call_back: CallBackId) -> CallBack | None: ...

    def count_since(self, mailbox: Number, since: datetime) -> int:
        """How many were dialled, answered or not."""
        ...

    def charges(self, *, mailbox: Number | None = None) -> Sequence[CallBack]:
        """The answered ones, oldest first."""
        ...

    def purge(self, *, answered: bool, before: datetime, limit: int) -> int:
        """Remove those dialled before that; how many."""
        ...


class Upkeep(Protocol):
    """What has to be known from one round of retention to the next, by whoever makes it."""

    def last(self) -> Reckoning | None: ...

    def put(self, reckoning: Reckoning) -> None: ...


class VisualAccounts(Protocol):
    """Visual voicemail: one account a subscriber, gone with the subscriber."""

    def get(self, number: Number, *, for_change: bool = False) -> VisualAccount | None:
        """The account, or None. With `for_change` the row is held until the unit of work ends."""
        ...

    def put(self, account: VisualAccount) -> None:
        """Add it or replace the whole value; UnknownSubscriberError when nobody has the number."""
        ...

    def remove(self, number: Number) -> None: ...

    def active(self) -> Mapping[VisualDialect, int]:
        """How many are active, by dialect; those that nobody speaks are left out."""
        ...


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit()` undoes it all."""

    by_client: bool
    """Set by whoever changes a mailbox for a mail program, which need not be told of it by SMS."""

    @property
    def subscribers(self) -> Subscribers: ...
    @property
    def sounds(self) -> Sounds: ...
    @property
    def renditions(self) -> Renditions: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def greetings(self) -> Greetings: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def locks(self) -> Locks: ...
    @property
    def call_backs(self) -> CallBacks: ...
    @property
    def visual(self) -> VisualAccounts: ...
    @property
    def upkeep(self) -> Upkeep: ...
    @property
    def altered(self) -> AbstractSet[Number]:
        """The mailboxes in which a message was changed or removed so far, and not only added.

        A deleted one that is removed for good changes nothing that anybody looks at.
        """
        ...

    @property
    def changed_greetings(self) -> AbstractSet[Number]:
        """The mailboxes in which a greeting was recorded, put in or out of use, or removed so far."""
        ...

    def commit(self) -> None:
        """Durable when it returns. Raise StoreUnavailableError when it could not be."""
        ...


class Store(Protocol):
    def begin(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that reads and writes.

        Raise StoreUnavailableError when the database is away or locked.
        """
        ...

    def look(self) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads, and waits for no writer."""
        ...


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class Chance(Protocol):
    def digits(self, count: int) -> str:
        """So many random decimal digits, fit for a secret."""
        ...


class Vault(Protocol):
    """Keeps a PIN encrypted between its making and its sending."""

    def seal(self, secret: str) -> Sealed: ...

    def open(self, sealed: Sealed) -> str: ...


class Wake(Protocol):
    """Tells the outbox's worker at once that a notice was committed; polling is the truth."""

    def notices(self) -> None: ...


class Wakeups(Protocol):
    """Hears of notices that other processes committed, and rings a bell in this one."""

    def start(self) -> None:
        """Listen from now on, in the background, whether the other end is there or not."""
        ...

    def stop(self) -> None:
        """Silent when it returns."""
        ...


class MailboxChanges(Protocol):
    """Hears which mailboxes changed, in this process or another, within a second.

    Messages, greetings, and that their visual voicemail account is in use now.
    """

    def start(self, changed: Callable[[AbstractSet[Number] | None], None]) -> None:
        """Call `changed`, which must not block, from a thread of its own. None: look at all of them."""
        ...

    def stop(self) -> None:
        """Silent when it returns."""
        ...


# ---- takes: recordings on their way in -------------------------------------------------------------------


class Purpose(StrEnum):
    MESSAGE = "message"
    GREETING = "greeting"
    CALL_BACK = "call-back"
    """No recording: an answered call back, by whom and to whom (`caller`), for its charge."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What is known of a recording before its first second: the spool's header file."""

    spool_id: SpoolId
    purpose: Purpose
    mailbox: Number
    caller: Number | None
    """None: withheld or none; then nothing of the number is written anywhere."""
    began_at: datetime


TAKE_SUFFIX = ".sln"
"""What a switch hears silence in: recorded so, no 20 ms of it have to be made A-law again."""
TAKE_SUFFIXES = (TAKE_SUFFIX, ".alaw")


@dataclass(frozen=True, slots=True)
class Take:
    """A place for one recording: the switch writes `file`, 8,000 samples a second, linear ones of 16 bits.

    A switch that has no such files, one of an earlier version, writes A-law.
    """

    heading: Heading
    number: int
    """1 for the first of a call, one more each time it is recorded again."""
    path: Path
    """Absolute, without the suffix."""

    @property
    def file(self) -> Path:
        """The path has dots of its own: the suffix is appended, not replaced."""
        linear, alaw = (self.path.with_name(f"{self.path.name}{suffix}") for suffix in TAKE_SUFFIXES)
        return alaw if alaw.exists() and not linear.exists() else linear


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a finished take holds."""

    seconds: float
    speech: bool
    """In doubt True (webrtcvad, never a level)."""
    tones: bool = False
    """Holds DTMF tones (a greeting with them is refused)."""


class Kept(StrEnum):
    """What became of a caller's recording."""

    STORED = "stored"
    MISSED = "missed"
    FULL = "full"
    OFF = "off"
    NOT_SERVED = "not-served"
    LATER = "later"
    """The database is away: it waits in the spool and will be taken in."""


class Takes(Protocol):
    """Places for recordings, and their way into the store (implemented by intake)."""

    def place(self, heading: Heading, *, number: int = 1) -> Take:
        """Write the header (once a call, fsynced) and return where take `number` goes.

        Raise SpoolFullError when the disk can't take it.
        """
        ...

    def judge(self, take: Take) -> Verdict:
        """Read the finished file; a missing or broken one is 0 seconds, no speech."""
        ...

    def read(self, take: Take) -> bytes:
        """The take's A-law bytes (empty when there are none)."""
        ...

    def trim(self, take: Take) -> None:
        """Cut the silence before the first and after the last word off the file: for a greeting."""
        ...

    def finish(self, heading: Heading, *, urgent: bool = False, missed: bool = False) -> Kept:
        """End the caller's recording: mark its end, choose the best take, take it in, in one transaction.

        Best = the latest that holds speech and is at least the minimum; with none, or with
        `missed`, the call becomes a missed call. Idempotent by spool id. Never raises for an
        absent database: then it stays in the spool (LATER). Its files stay until `clear`.
        """
        ...

    def clear(self, heading: Heading) -> None:
        """The switch has been told that it is stored: what is kept leaves the spool.

        Before that the files stand for it: should we die in between, the switch finds them, and nobody is
        asked to say it again.
        """
        ...

    def discard(self, heading: Heading) -> None:
        """Forget a recording that is not to be kept (a greeting): its files go."""
        ...


class SpoolFullError(Exception):
    """The spool's disk is full or can't be written: told to the operator as what it is."""


# ---- the domain's own settings -------------------------------------------------------------------------


_WARNING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Rules:
    """The numbers of CALLFLOW.md that an operator may set; checked in settings.py."""

    access_number: Number = Number("+4747471000")
    home_region: str = "NO"
    max_messages: int = 100
    max_message_seconds: float = 180
    min_message_seconds: float = 1
    max_greeting_seconds: float = 120
    silence_seconds: float = 10
    keep_new_days: int = 30
    keep_heard_days: int = 30
    keep_saved_days: int = 365
    keep_deleted_days: int = 7
    keep_greetings_days: int = 365
    """Versions of a greeting that nobody hears any more."""
    keep_charges_days: int = 396
    keep_locks_days: int = 90
    """Counters of wrong PINs that nothing was added to."""
    retention_percent: int = 20
    """A round that would take a larger share of all messages waits for the operator."""
    diverted_from: Literal["latest", "first"] = "latest"
    resume_hours: float = 24
    call_back_price_ore: int = 300
    call_backs_a_day: int = 20
    call_back_regions: tuple[str, ...] = ()
    """ISO regions that may be called back; empty: Norway and the EEA."""
    call_back_ring_seconds: float = 30
    pin_requests_a_day: int = 3
    requested_pin_minutes: float = 15
    first_pin_days: float = 7
    wrong_pins_before_lock: int = 5
    lock_minutes: float = 15
    max_call_minutes: float = 60
    missed_calls_seconds: float = 60
    missed_calls_an_hour: int = 20
    new_messages_an_hour: int = 30
    """Missed calls of one caller within this time are one notice, sent when it is over; 0: each at once."""
    nearly_full_percent: int = 90
    soon_deleted_days: int = 3
    absence_reminder_days: int = 7
    mms_to_sms: bool = True
    """An MMS that can't be delivered becomes an SMS."""
    webhooks: bool = False
    """Every notice is told to the operator's own systems too."""
    lamps: bool = False
    """Mailboxes have lamps: a change of the counts is told to the switch."""
    visual: bool = False
    """Phones may ask for visual voicemail."""
    visual_prefix: str = "//VVM"
    visual_dialect: VisualDialect = VisualDialect.VVM3
    """Of a phone never heard of that asks with a bare `STATUS`."""
    visual_replaces_sms: bool = True
    """Who has visual voicemail gets no SMS in words for a new message."""
    visual_keep_expunged: bool = True
    """A message that a client only downloaded and then removed stays a saved one for the phone menu."""

    @property
    def warning_seconds(self) -> float:
        """So long before the longest message is over a soft tone tells the caller.

        None (0) where that is not even half of it: who may speak for so short a time hears no tone in it.
        """
        return _WARNING_SECONDS if self.max_message_seconds > 2 * _WARNING_SECONDS else 0.0


@dataclass(frozen=True, slots=True)
class Office:
    """Everything a use case needs, wired once in bootstrap."""

    store: Store
    clock: Clock
    chance: Chance
    vault: Vault
    wake: Wake
    rules: Rules
