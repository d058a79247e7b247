"""The repositories of the store in memory, but for the outbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from personsvar.mailbox.errors import MailboxError, TakenError, UnknownSubscriberError
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import Greeting, GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import CallBackId, GreetingId, MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Counts, ListedMessage, Message, Sound, State
from personsvar.mailbox.model.reckoning import Reckoning, WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted, in_small_letters
from tests.fakes.memory_access import forget_entries
from tests.fakes.memory_tables import GreetingRow, Ids, Shelf, Tables

K = TypeVar("K")
V = TypeVar("V")


@dataclass
class MemorySubscribers:
    tables: Tables

    def get(self, number: Number, *, for_change: bool = False) -> Subscriber | None:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.subscribers.get(number)

    def need(self, number: Number, *, for_change: bool = False) -> Subscriber:
        found = self.get(number, for_change=for_change)
        if found is None:
            raise UnknownSubscriberError(f"{number} is no subscriber")
        return found

    def add(self, subscriber: Subscriber) -> None:
        if subscriber.number in self.tables.subscribers:
            raise TakenError(f"{subscriber.number} is a subscriber already")
        self.tables.subscribers[subscriber.number] = subscriber

    def put(self, subscriber: Subscriber) -> None:
        if subscriber.number not in self.tables.subscribers:
            raise UnknownSubscriberError(f"{subscriber.number} is no subscriber")
        self.tables.subscribers[subscriber.number] = subscriber

    def remove(self, number: Number) -> None:
        held = self.tables
        heard = [message.sound.id for message in held.messages.values() if message.mailbox == number]
        heard += [row.greeting.sound.id for row in held.greetings.values() if row.greeting.mailbox == number]
        away = [it for it in held.absences.values() if it.mailbox == number]
        heard += [it.recording.id for it in away if it.recording is not None]
        _drop(held.absences, [it.id for it in away])
        _drop(held.calendars, [it.id for it in held.calendars.values() if it.mailbox == number])
        _drop(held.messages, [id_ for id_, message in held.messages.items() if message.mailbox == number])
        _drop(held.greetings, [id_ for id_, row in held.greetings.items() if row.greeting.mailbox == number])
        for notice in [id_ for id_, row in held.notices.items() if row.notice.to == number]:
            held.drop_notice(notice)
        _drop(held.locks, [lock for lock in held.locks if lock[1] == number])
        uncharged = (call for call in held.call_backs.values() if not call.answered)
        _drop(held.call_backs, [call.id for call in uncharged if call.mailbox == number])
        own = (call for call in held.calls.values() if call.mailbox is None and call.caller == number)
        to_it = (call for call in held.calls.values() if call.mailbox == number)
        _drop(held.calls, [call.id for call in (*own, *to_it)])
        _drop(held.visual, [owner for owner in held.visual if owner == number])
        _drop(held.login_codes, [visit for visit, code in held.login_codes.items() if code.number == number])
        _drop(held.web_sessions, [id_ for id_, it in held.web_sessions.items() if it.number == number])
        _drop(held.roles, [granted for granted in held.roles if granted[0] == number])
        _drop(held.subscribers, [known for known in held.subscribers if known == number])
        for sound in heard:
            held.drop_unused(sound)
        forget_entries(held, number)
        _drop(held.caller_names, [key for key in held.caller_names if key[0] == number])

    def list(self, *, after: Number | None = None, limit: int = 1000) -> Sequence[Subscriber]:
        numbers = sorted(number for number in self.tables.subscribers if after is None or number > after)
        return [self.tables.subscribers[number] for number in numbers[:limit]]

    def search(
        self, wanted: SubscribersWanted, *, after: Number | None = None, limit: int = 100
    ) -> Sequence[Subscriber]:
        every = self.list(after=after, limit=len(self.tables.subscribers))
        return [it for it in every if _fits(it, wanted)][:limit]

    def due(
        self, reminder: Reminder, *, now: datetime, after: ReminderPlace | None = None, limit: int = 500
    ) -> Sequence[ReminderPlace]:
        times = ((getattr(it, reminder), it.number) for it in self.tables.subscribers.values())
        due = sorted(ReminderPlace(at, number) for at, number in times if at is not None and at <= now)
        return [place for place in due if after is None or place > after][:limit]

    def look_at_removals(self, number: Number, at: datetime) -> None:
        owner = self.tables.subscribers.get(number)
        if owner is not None and (owner.removals_look_at is None or owner.removals_look_at > at):
            self.put(replace(owner, removals_look_at=at))

    def look_at_all_removals(
        self, *, now: datetime, states: Sequence[State], after: Number | None = None, limit: int = 500
    ) -> Sequence[Number]:
        kept = {message.mailbox for message in self.tables.messages.values() if message.state in states}
        page = sorted(number for number in kept if after is None or number > after)[:limit]
        for number in page:
            self.look_at_removals(number, now)
        return page


@dataclass
class MemorySounds:
    tables: Tables
    next_ids: Ids

    def add(self, alaw: bytes, *, of: Number, waveform: bytes | None = None) -> Sound:
        if of not in self.tables.subscribers:
            raise UnknownSubscriberError(f"{of} is no subscriber")
        sound = SoundId(self.next_ids.fresh())
        self.tables.sounds[sound] = alaw
        self.tables.waveforms[sound] = waveform
        return Sound(sound, len(alaw) / 8000)

    def read(self, sound: SoundId) -> bytes:
        return self.tables.sounds[sound]

    def waveform(self, sound: SoundId) -> bytes | None:
        return self.tables.waveforms[sound]


@dataclass
class MemoryRenditions:
    tables: Tables

    def read(self, sound: SoundId) -> bytes | None:
        return self.tables.renditions.get(sound)

    def keep(self, sound: SoundId, amr: bytes) -> bytes:
        if sound not in self.tables.sounds:
            raise UnknownSubscriberError("that sound is gone")
        if sound not in self.tables.renditions:
            self.tables.renditions[sound] = amr
        return self.tables.renditions[sound]


@dataclass
class MemoryMessages:
    tables: Tables
    next_ids: Ids
    changed: set[Number] = field(default_factory=set)
    altered: set[Number] = field(default_factory=set)
    written: list[Message] = field(default_factory=list)

    def add(self, message: Message) -> Message:
        self.tables.must_know(message.mailbox)
        self.tables.must_hold(message.sound.id)
        if self.by_spool_id(message.spool_id):
            raise MailboxError("that recording is a message already")
        added = replace(message, id=MessageId(self.next_ids.fresh()), since=self._since(message))
        self.tables.messages[added.id] = added
        self.changed.add(added.mailbox)
        self.written.append(added)
        return added

    def get(self, message: MessageId, *, for_change: bool = False) -> Message | None:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.messages.get(message)

    def by_spool_id(self, spool_id: SpoolId) -> Message | None:
        every = self.tables.messages.values()
        return next((message for message in every if message.spool_id == spool_id), None)

    def counts(self, mailbox: Number) -> Counts:
        def many(state: State) -> int:
            return len(self.list(mailbox, (state,)))

        return Counts(
            new=many(State.NEW),
            heard=many(State.HEARD),
            saved=many(State.SAVED),
            deleted=many(State.DELETED),
            urgent=sum(message.urgent for message in self.list(mailbox, (State.NEW,))),
        )

    def ids(
        self, mailbox: Number, states: Sequence[State], *, oldest_first: bool = True
    ) -> Sequence[MessageId]:
        held = list(self.list(mailbox, states))
        by_age = held if oldest_first else held[::-1]
        return [message.id for message in sorted(by_age, key=lambda message: _turn(message, states))]

    def list(self, mailbox: Number, states: Sequence[State] = tuple(State)) -> Sequence[Message]:
        every = self.tables.messages.values()
        held = (message for message in every if message.mailbox == mailbox and message.state in states)
        return sorted(held, key=_age)

    def listed(self, mailbox: Number, states: Sequence[State]) -> Sequence[ListedMessage]:
        shown = [message for message in self.list(mailbox, states) if not message.marks.hidden]
        return [self._listed(message) for message in sorted(shown, key=lambda message: message.id)]

    def search(
        self, only: MessagesWanted, *, behind: MessagePlace | None = None, limit: int = 100
    ) -> Sequence[Message]:
        found = [it for it in self.tables.messages.values() if is_wanted(it, only)]
        if behind is not None:
            found = [it for it in found if _age(it) < (behind.received_at, behind.id)]
        return sorted(found, key=_age, reverse=True)[:limit]

    def latest(self, mailbox: Number) -> MessageId | None:
        return max((message.id for message in self.list(mailbox)), default=None)

    def _listed(self, message: Message) -> ListedMessage:
        return ListedMessage(
            message.id,
            message.caller,
            message.received_at,
            message.sound.seconds,
            message.urgent,
            message.sound.id,
            message.state,
            message.state_before,
            message.marks.flags,
            self.tables.amr_bytes(message.sound.id),
            self.tables.text_octets(message.id),
        )

    def put(self, message: Message) -> None:
        before = self.tables.messages.get(message.id)
        if before is None:
            raise MailboxError(f"there is no message {message.id}")
        is_turned = (before.state, before.changed_at) != (message.state, message.changed_at)
        put = replace(message, since=self._since(message) if is_turned else before.since)
        self.tables.messages[message.id] = put
        self.written.append(put)
        self.changed |= {before.mailbox, message.mailbox}
        self.altered |= {before.mailbox, message.mailbox}
        if before.sound.id != message.sound.id:
            self.tables.drop_unused(before.sound.id)

    def oldest_heard(self, mailbox: Number) -> Message | None:
        return next(iter(self.list(mailbox, (State.HEARD,))), None)

    def oldest_hidden(self, mailbox: Number) -> Message | None:
        saved = self.list(mailbox, (State.SAVED,))
        return next((message for message in saved if message.marks.hidden), None)

    def remove(self, message: MessageId) -> None:
        gone = self.tables.messages.get(message)
        if gone is not None:
            del self.tables.messages[message]
            self.changed.add(gone.mailbox)
            self.altered |= set() if gone.state is State.DELETED else {gone.mailbox}
            self.tables.drop_unused(gone.sound.id)

    def expired(self, state: State, *, before: datetime, limit: int = 500) -> Sequence[Message]:
        every = self.tables.messages.values()
        old = ((it.since, it) for it in every if it.state is state and it.since is not None)
        due = sorted((since, it.id, it) for since, it in old if since < before)
        return [it for _, _, it in due[:limit]]

    def count(self) -> int:
        return len(self.tables.messages)

    def count_expired(self, state: State, *, before: datetime) -> int:
        return len(self.expired(state, before=before, limit=self.count()))

    def _since(self, message: Message) -> datetime:
        """By a clock that is behind it is no older than when the clock was last believed."""
        believed = self.tables.reckonings.get(1)
        return message.became_at if believed is None else max(message.became_at, believed.at)


@dataclass
class MemoryGreetings:
    tables: Tables
    next_ids: Ids
    changed: set[Number] = field(default_factory=set)

    def current(self, mailbox: Number, kind: GreetingKind) -> Greeting | None:
        return next((row.greeting for row in self._of(mailbox, kind) if row.in_use), None)

    def add(
        self,
        mailbox: Number,
        kind: GreetingKind,
        sound: Sound,
        recorded_at: datetime,
        *,
        in_use: bool = True,
    ) -> Greeting:
        self.tables.must_know(mailbox)
        self.tables.must_hold(sound.id)
        if in_use:
            self.retire(mailbox, kind)
        new = Greeting(GreetingId(self.next_ids.fresh()), mailbox, kind, sound, recorded_at)
        self.tables.greetings[new.id] = GreetingRow(new, in_use)
        self.changed.add(mailbox)
        return new

    def retire(self, mailbox: Number, kind: GreetingKind) -> None:
        for row in [each for each in self._of(mailbox, kind) if each.in_use]:
            self.tables.greetings[row.greeting.id] = replace(row, in_use=False)
            self.changed.add(mailbox)

    def listed(self, mailbox: Number, kinds: Sequence[GreetingKind]) -> Sequence[GreetingVersion]:
        rows = [row for kind in kinds for row in self._of(mailbox, kind)]
        return [
            GreetingVersion(row.greeting, row.in_use, row.flags, self.tables.amr_bytes(row.greeting.sound.id))
            for row in sorted(rows, key=lambda row: row.greeting.id)
        ]

    def use(self, greeting: Greeting) -> None:
        self.retire(greeting.mailbox, greeting.kind)
        self._change(greeting, in_use=True, unused_since=None)

    def mark(self, greeting: Greeting, flags: frozenset[str]) -> None:
        self._change(greeting, flags=flags)

    def remove(self, greeting: Greeting) -> None:
        if greeting.id in self.tables.greetings:
            del self.tables.greetings[greeting.id]
            self.changed.add(greeting.mailbox)
            self.tables.drop_unused(greeting.sound.id)

    def mark_unused(self, *, now: datetime, limit: int) -> int:
        rows = [it for it in self.tables.greetings.values() if not it.in_use and it.unused_since is None]
        for row in rows[:limit]:
            self.tables.greetings[row.greeting.id] = replace(row, unused_since=now)
        return len(rows[:limit])

    def remove_unused(self, *, before: datetime, limit: int) -> int:
        unused = (it for it in self.tables.greetings.values() if not it.in_use)
        old = [it.greeting for it in unused if it.unused_since is not None and it.unused_since < before]
        for greeting in old[:limit]:
            self.remove(greeting)
        return len(old[:limit])

    def _change(self, greeting: Greeting, **facts: Any) -> None:
        row = self.tables.greetings.get(greeting.id)
        if row is not None:
            self.tables.greetings[greeting.id] = replace(row, **facts)
            self.changed.add(greeting.mailbox)

    def _of(self, mailbox: Number, kind: GreetingKind) -> Sequence[GreetingRow]:
        """Newest first."""
        rows = [row for _, row in sorted(self.tables.greetings.items(), reverse=True)]
        return [row for row in rows if row.greeting.mailbox == mailbox and row.greeting.kind is kind]


@dataclass
class MemoryLocks:
    tables: Tables

    def get(self, scope: LockScope, key: str, *, for_change: bool = False) -> Lock:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.locks.get((scope, key), Lock(scope, key))

    def put(self, lock: Lock) -> None:
        self.tables.locks[lock.scope, lock.key] = lock

    def purge(self, *, before: datetime, now: datetime, limit: int) -> int:
        open_again = (
            it for it in self.tables.locks.values() if not it.closed_until or it.closed_until <= now
        )
        old = [it for it in open_again if it.changed_at is not None and it.changed_at < before][:limit]
        _drop(self.tables.locks, [(it.scope, it.key) for it in old])
        return len(old)


@dataclass
class MemoryCallBacks:
    tables: Tables
    next_ids: Ids

    def add(self, mailbox: Number, called: Number, *, at: datetime, price_ore: int) -> CallBackId:
        new = CallBack(
            CallBackId(self.next_ids.fresh()), mailbox, called, at, answered=False, price_ore=price_ore
        )
        self.tables.call_backs[new.id] = new
        return new.id

    def answered(self, call_back: CallBackId) -> None:
        if call_back in self.tables.call_backs:
            self.tables.call_backs[call_back] = replace(self.tables.call_backs[call_back], answered=True)

    def count_since(self, mailbox: Number, since: datetime) -> int:
        return sum(call.mailbox == mailbox and call.at >= since for call in self.tables.call_backs.values())

    def charges(self, *, mailbox: Number | None = None) -> Sequence[CallBack]:
        answered = (call for call in self.tables.call_backs.values() if call.answered)
        wanted = (call for call in answered if mailbox is None or call.mailbox == mailbox)
        return sorted(wanted, key=lambda call: (call.at, call.id))

    def charges_page(
        self,
        *,
        mailbox: Number | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        after: CallBackId | None = None,
        limit: int = 1000,
    ) -> Sequence[CallBack]:
        last = None if after is None else self.tables.call_backs.get(after)
        fitting = (
            call
            for call in self.charges(mailbox=mailbox)
            if (since is None or since <= call.at)
            and (until is None or call.at < until)
            and (last is None or (call.at, call.id) > (last.at, last.id))
            and (last is not None or after is None or call.id > after)
        )
        return list(fitting)[:limit]

    def get(self, call_back: CallBackId) -> CallBack | None:
        return self.tables.call_backs.get(call_back)

    def purge(self, *, answered: bool, before: datetime, limit: int) -> int:
        every = (call for call in self.tables.call_backs.values() if call.answered == answered)
        old = [call.id for call in every if call.at < before][:limit]
        _drop(self.tables.call_backs, old)
        return len(old)


@dataclass
class MemoryUpkeep:
    tables: Tables

    def last(self) -> Reckoning | None:
        return self.tables.reckonings.get(1)

    def put(self, reckoning: Reckoning) -> None:
        self.tables.reckonings[1] = reckoning

    def warning_terms(self) -> WarningTerms | None:
        return self.tables.warning_terms.get(1)

    def put_warning_terms(self, terms: WarningTerms) -> None:
        self.tables.warning_terms[1] = terms


@dataclass
class MemoryVisualAccounts:
    tables: Tables

    def get(self, number: Number, *, for_change: bool = False) -> VisualAccount | None:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.visual.get(number)

    def put(self, account: VisualAccount) -> None:
        self.tables.must_know(account.number)
        self.tables.visual[account.number] = account

    def remove(self, number: Number) -> None:
        if number in self.tables.visual:
            del self.tables.visual[number]

    def active(self) -> Mapping[VisualDialect, int]:
        return Counter(account.dialect for account in self.tables.visual.values() if account.is_active)


def _age(message: Message) -> tuple[datetime, int]:
    return message.received_at, message.id


def is_wanted(message: Message, only: MessagesWanted) -> bool:
    is_then = (only.since is None or message.received_at >= only.since) and (
        only.until is None or message.received_at < only.until
    )
    is_whose = only.mailbox in (None, message.mailbox) and only.caller in (None, message.caller)
    return is_then and is_whose and message.state in only.states


def _turn(message: Message, states: Sequence[State]) -> tuple[int, bool]:
    return states.index(message.state), not (message.state is State.NEW and message.urgent)


def _fits(subscriber: Subscriber, wanted: SubscribersWanted) -> bool:
    name = in_small_letters(subscriber.name)
    return (
        wanted == SubscribersWanted()
        or subscriber.number == wanted.number
        or bool(wanted.part and wanted.part in subscriber.number)
        or bool(wanted.words and all(word in name for word in wanted.words))
    )


def _drop(shelf: Shelf[K, V], keys: Sequence[K]) -> None:
    for key in keys:
        del shelf[key]
