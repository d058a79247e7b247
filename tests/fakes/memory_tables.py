"""What the store in memory holds: a shelf a subject, copied for each transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from itertools import count
from typing import Self, TypeVar

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError, UnknownSubscriberError
from personsvar.mailbox.model.api_key import ApiKey
from personsvar.mailbox.model.audit import AuditEntry
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import Greeting
from personsvar.mailbox.model.ids import (
    AbsenceId,
    ApiKeyId,
    AuditEntryId,
    CalendarId,
    CallBackId,
    CallRecordId,
    GreetingId,
    ImportJobId,
    MessageId,
    NoticeId,
    Number,
    Sealed,
    SoundId,
    TokenHash,
    WebSessionId,
)
from personsvar.mailbox.model.import_job import ImportJob
from personsvar.mailbox.model.kept_request import KeptRequest
from personsvar.mailbox.model.ledger import Attempt, Receipt, ReceiptState
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.model.reckoning import Reckoning, WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.tally import Counted, Occurrence, Stretch
from personsvar.mailbox.model.transcript import MessageTranscript
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.model.web_access import LoginCode, Role, WebSession
from personsvar.mailbox.receipts import word_of

K = TypeVar("K")
V = TypeVar("V")


class Shelf(dict[K, V]):
    """A dict that can be closed: a look changes nothing."""

    closed = False

    def __setitem__(self, key: K, value: V) -> None:
        self._must_be_open()
        super().__setitem__(key, value)

    def __delitem__(self, key: K) -> None:
        self._must_be_open()
        super().__delitem__(key)

    def _must_be_open(self) -> None:
        if self.closed:
            raise StoreUnavailableError("a look only reads")


@dataclass
class GreetingRow:
    greeting: Greeting
    in_use: bool
    flags: frozenset[str] = frozenset()
    unused_since: datetime | None = None


@dataclass(frozen=True)
class Try:
    """An attempt that was written back, and the last word on each part the gateway took."""

    attempt: Attempt
    words: tuple[Receipt | None, ...]

    @property
    def parts(self) -> tuple[ReceiptState | None, ...]:
        return tuple(None if word is None else word.state for word in self.words)

    @property
    def failure(self) -> str | None:
        failed = (word for word in self.words if word is not None and word.state is ReceiptState.FAILED)
        return next((word.detail for word in failed), None)

    def reported(self, receipt: Receipt) -> Self:
        def word(id_: str, before: Receipt | None) -> Receipt | None:
            known = None if before is None else before.state
            changes = id_ == receipt.gateway_id and word_of(known, receipt.state) is not known
            return receipt if changes else before

        return replace(self, words=tuple(map(word, self.attempt.ids, self.words)))


@dataclass(frozen=True)
class NoticeRow:
    notice: Notice
    due_at: datetime | None
    begun: int = 0
    """How many tries were begun: the number of the last."""
    tries: Mapping[int, Try] = field(default_factory=dict)
    joined: frozenset[str] = frozenset()
    """Causes of missed calls that are counted in it."""


@dataclass(frozen=True)
class ReceiptRow:
    receipt: Receipt
    notice: NoticeId | None
    """None: it waits for its part."""


@dataclass(frozen=True)
class ImportRow:
    job: ImportJob
    content: Sealed | None
    held_until: datetime | None = None


@dataclass
class Tables:
    subscribers: Shelf[Number, Subscriber] = field(default_factory=Shelf)
    sounds: Shelf[SoundId, bytes] = field(default_factory=Shelf)
    waveforms: Shelf[SoundId, bytes | None] = field(default_factory=Shelf)
    renditions: Shelf[SoundId, bytes] = field(default_factory=Shelf)
    transcripts: Shelf[SoundId, MessageTranscript] = field(default_factory=Shelf)
    transcript_days: Shelf[date, float] = field(default_factory=Shelf)
    messages: Shelf[MessageId, Message] = field(default_factory=Shelf)
    mail_texts: Shelf[MessageId, int | None] = field(default_factory=Shelf)
    greetings: Shelf[GreetingId, GreetingRow] = field(default_factory=Shelf)
    absences: Shelf[AbsenceId, Absence] = field(default_factory=Shelf)
    calendars: Shelf[CalendarId, CalendarFeed] = field(default_factory=Shelf)
    notices: Shelf[NoticeId, NoticeRow] = field(default_factory=Shelf)
    receipts: Shelf[int, ReceiptRow] = field(default_factory=Shelf)
    locks: Shelf[tuple[LockScope, str], Lock] = field(default_factory=Shelf)
    call_backs: Shelf[CallBackId, CallBack] = field(default_factory=Shelf)
    calls: Shelf[CallRecordId, CallRecord] = field(default_factory=Shelf)
    counted_as: Shelf[CallRecordId, CameOf] = field(default_factory=Shelf)
    occurrences: Shelf[int, Occurrence] = field(default_factory=Shelf)
    tallies: Shelf[tuple[Stretch, datetime, Counted], int] = field(default_factory=Shelf)
    caller_names: Shelf[tuple[Number | None, Number], str] = field(default_factory=Shelf)
    visual: Shelf[Number, VisualAccount] = field(default_factory=Shelf)
    reckonings: Shelf[int, Reckoning] = field(default_factory=Shelf)
    warning_terms: Shelf[int, WarningTerms] = field(default_factory=Shelf)
    login_codes: Shelf[TokenHash, LoginCode] = field(default_factory=Shelf)
    web_sessions: Shelf[WebSessionId, WebSession] = field(default_factory=Shelf)
    roles: Shelf[tuple[Number, Role], datetime] = field(default_factory=Shelf)
    audit: Shelf[AuditEntryId, AuditEntry] = field(default_factory=Shelf)
    api_keys: Shelf[ApiKeyId, ApiKey] = field(default_factory=Shelf)
    import_jobs: Shelf[ImportJobId, ImportRow] = field(default_factory=Shelf)
    kept_requests: Shelf[tuple[str, str], KeptRequest] = field(default_factory=Shelf)

    def copied(self, *, closed: bool) -> Self:
        copy = type(self)(**{shelf.name: Shelf(getattr(self, shelf.name)) for shelf in fields(self)})
        for shelf in fields(copy):
            getattr(copy, shelf.name).closed = closed
        return copy

    def must_know(self, number: Number) -> None:
        if number not in self.subscribers:
            raise UnknownSubscriberError("no subscriber has that number")

    def amr_bytes(self, sound: SoundId) -> int | None:
        amr = self.renditions.get(sound)
        return None if amr is None else len(amr)

    def text_octets(self, message: MessageId) -> int | None:
        return self.mail_texts.get(message, 0)

    def must_hold(self, sound: SoundId) -> None:
        if sound not in self.sounds:
            raise MailboxError(f"there is no sound {sound}")

    def write_occurrences(self, happened: Iterable[Occurrence]) -> None:
        for place, each in enumerate(happened, max(self.occurrences, default=0) + 1):
            self.occurrences[place] = each

    def drop_notice(self, notice: NoticeId) -> None:
        """With its receipts; its attempts stand in its row."""
        del self.notices[notice]
        for key in [key for key, kept in self.receipts.items() if kept.notice == notice]:
            del self.receipts[key]

    def drop_unused(self, sound: SoundId) -> None:
        in_messages = any(message.sound.id == sound for message in self.messages.values())
        in_greetings = any(row.greeting.sound.id == sound for row in self.greetings.values())
        in_absences = any(it.recording and it.recording.id == sound for it in self.absences.values())
        if sound in self.sounds and not (in_messages or in_greetings or in_absences):
            del self.sounds[sound]
            for made_of_it in (self.renditions, self.transcripts):
                if sound in made_of_it:
                    del made_of_it[sound]


class Ids:
    """Numbers that are never given twice, not even after a transaction that was undone."""

    def __init__(self) -> None:
        self._next = count(1)

    def fresh(self) -> int:
        return next(self._next)
