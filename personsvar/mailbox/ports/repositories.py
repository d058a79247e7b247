"""What is kept, each kind of thing behind its own port.

A port is named for the thing; who implements it carries the technology in the name (`SqlMessages`).
One contract suite in tests/contract runs over every implementation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import Greeting, GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import CallBackId, MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Counts, ListedMessage, Message, Sound, State
from personsvar.mailbox.model.reckoning import Reckoning, WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted


class Subscribers(Protocol):
    def get(self, number: Number, *, for_change: bool = False) -> Subscriber | None:
        """The subscriber, or None. With `for_change` the row is held until the unit of work ends."""
        ...

    def need(self, number: Number, *, for_change: bool = False) -> Subscriber:
        """The same. Raise UnknownSubscriberError when nobody has the number."""
        ...

    def add(self, subscriber: Subscriber) -> None:
        """Raise TakenError when the number is taken."""
        ...

    def put(self, subscriber: Subscriber) -> None:
        """Replace the whole value of an existing subscriber; UnknownSubscriberError when there is none."""
        ...

    def remove(self, number: Number) -> None:
        """Purge: messages, greetings, notices, sounds, locks, audit entries. Charges stay.

        Numbers are used again. Where the one who goes was an operator, others' entries no longer name him.
        """
        ...

    def list(self, *, after: Number | None = None, limit: int = 1000) -> Sequence[Subscriber]:
        """By number, ascending, from behind `after`."""
        ...

    def search(
        self, wanted: SubscribersWanted, *, after: Number | None = None, limit: int = 100
    ) -> Sequence[Subscriber]:
        """Those who fit, by number, ascending, from behind `after`."""
        ...

    def due(
        self, reminder: Reminder, *, now: datetime, after: ReminderPlace | None = None, limit: int = 500
    ) -> Sequence[ReminderPlace]:
        """Whose time for it has come, by that time and then by number, from behind `after`."""
        ...

    def look_at_removals(self, number: Number, at: datetime) -> None:
        """See to it that the mailbox is looked at by then (`removals_look_at`): an earlier time stays."""
        ...

    def look_at_all_removals(
        self, *, now: datetime, states: Sequence[State], after: Number | None = None, limit: int = 500
    ) -> Sequence[Number]:
        """The same, now, for so many of those with messages in these states: who they are, by number."""
        ...


class Sounds(Protocol):
    """Recordings as bytes: A-law, 8,000 samples a second; encrypted where they lie, if that is turned on."""

    def add(self, alaw: bytes, *, of: Number, waveform: bytes | None = None) -> Sound:
        """`of`: whose mailbox it will be in; no other mailbox can have it.

        What the unit of work did not bring (`Store.begin`) is kept in the database.

        Raise UnknownSubscriberError when nobody has that number.
        """
        ...

    def read(self, sound: SoundId) -> bytes:
        """Raise KeyError when there is no such sound, or SoundBrokenError, which is one; RecordingsAwayError.

        The transaction is open meanwhile: `Store.sound` is for whoever can do without.
        """
        ...

    def waveform(self, sound: SoundId) -> bytes | None:
        """What was given with it, if anything was. Raise KeyError as `read` does."""
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
    @property
    def written(self) -> Sequence[Message]:
        """Those that were added or replaced so far, as they became."""
        ...

    def add(self, message: Message) -> Message:
        """Store it under a fresh id (the one given is ignored) and return it; ids are never used again.

        Its time to be kept (`since`) counts from its last change, or its arrival, as `put` writes it anew
        when the state changes: but never from before the clock was believed last, as `Upkeep` has it.
        """
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

    def listed(self, mailbox: Number, states: Sequence[State]) -> Sequence[ListedMessage]:
        """Those that are not hidden, by id."""
        ...

    def search(
        self, only: MessagesWanted, *, behind: MessagePlace | None = None, limit: int = 100
    ) -> Sequence[Message]:
        """Whole messages of any mailbox, newest first, those behind that place."""
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

    def charges_page(
        self,
        *,
        mailbox: Number | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: CallBackId | None = None,
        limit: int = 1000,
    ) -> Sequence[CallBack]:
        """The answered ones that fit all that is given, oldest first, from behind `after`.

        `since` (inclusive) and `until` (exclusive) are when it was dialled.
        """
        ...

    def purge(self, *, answered: bool, before: datetime, limit: int) -> int:
        """Remove those dialled before that; how many."""
        ...


class Upkeep(Protocol):
    """What has to be known from one round of retention to the next, by whoever makes it."""

    def last(self) -> Reckoning | None: ...

    def put(self, reckoning: Reckoning) -> None: ...

    def warning_terms(self) -> WarningTerms | None: ...

    def put_warning_terms(self, terms: WarningTerms) -> None: ...


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
