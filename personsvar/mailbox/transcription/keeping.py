"""A message is given to the engine, and what it heard is kept: each in a transaction of its own.

Between the two nothing is open, for minutes maybe. So all is looked at again: the message may be gone or
lengthened by then, its owner gone, or the wish. One that is deleted is not begun; what was begun is kept, for
it may be taken back, and nobody is told of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.mailbox.local_time import after_quiet
from personsvar.mailbox.model.ids import MessageId, NoticeId, SoundId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Facts, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.model.transcript import MessageTranscript, Transcript, Understanding
from personsvar.mailbox.notice_writer import MailboxEvent, NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.days_minutes import count, uncount
from personsvar.mailbox.transcription.wishers import NO_WISH, why_not


class NotWantedError(Exception):
    """There is no transcript of it, and why: the ledger says so."""


@dataclass(frozen=True, slots=True)
class ToWriteDown:
    """A message's recording, for the engine."""

    message: MessageId
    sound: SoundId
    alaw: bytes
    seconds: float
    language: Language
    asked_by: NoticeId | None = None
    """The row that asks for it: while it is heard its owner may withdraw that."""


def take_up(services: Services, which: MessageId, *, asked_by: NoticeId | None = None) -> ToWriteDown:
    """The recording; its length counts as of today from here on, unless it is given back.

    Raise NotWantedError, where it can't be read too; TodayIsFullError; what the store raises.
    """
    with services.store.look() as uow:
        message = _still_there(uow.messages.get(which))
        owner = _wisher(services, uow, message)
    if message.state is State.DELETED:
        raise NotWantedError("the message was deleted before it was written down")
    sound = message.sound
    count(services, sound.seconds)
    try:
        alaw = services.store.sound(sound.id)
    except KeyError as wrong:  # SoundBrokenError is one
        uncount(services, sound.seconds)
        raise NotWantedError("its recording can't be read") from wrong
    return ToWriteDown(message.id, sound.id, alaw, sound.seconds, owner.language, asked_by)


def give_back(services: Services, taken: ToWriteDown) -> None:
    """The engine did nothing with it: it does not count."""
    uncount(services, taken.seconds)


def keep(services: Services, taken: ToWriteDown, heard: Transcript, understanding: Understanding) -> None:
    """Keep it, and tell of it in the same transaction. Raise NotWantedError."""
    now = services.clock.now()
    made = MessageTranscript(taken.message, heard, understanding, now)
    with services.store.begin() as uow:
        message = _still_there(uow.messages.get(taken.message, for_change=True))
        owner = _wisher(services, uow, message)
        _still_asked(uow, taken)
        if not uow.transcripts.put(made, of=taken.sound):
            raise NotWantedError("its recording is another one by now")
        if message.state is not State.DELETED:
            _tell(NoticeWriter(uow, services.rules, now), owner, message, made)
            _let_waiting_go(uow, owner, message, now)
        uow.commit()


def leave_without(services: Services, which: MessageId) -> None:
    """There will be no transcript: what waits for it goes."""
    with services.store.begin() as uow:
        message = uow.messages.get(which)
        owner = None if message is None else uow.subscribers.get(message.mailbox)
        if message is not None and owner is not None:
            _let_waiting_go(uow, owner, message, services.clock.now())
            uow.commit()


def _still_there(message: Message | None) -> Message:
    if message is None:
        raise NotWantedError("the message is gone")
    return message


def _still_asked(uow: UnitOfWork, taken: ToWriteDown) -> None:
    """Who switched them off, and on again, meant what comes from then on."""
    row = None if taken.asked_by is None else uow.outbox.get(taken.asked_by)
    if row is not None and row.status is NoticeStatus.FAILED:
        raise NotWantedError(row.error or NO_WISH)


def _wisher(services: Services, uow: UnitOfWork, message: Message) -> Subscriber:
    """Whose it is, who wishes it still, and that its recording goes where it would go now."""
    owner = uow.subscribers.get(message.mailbox)
    if (why := why_not(services.rules, owner)) is not None or owner is None:
        raise NotWantedError(why)
    return owner


def _tell(writer: NoticeWriter, owner: Subscriber, message: Message, made: MessageTranscript) -> None:
    """The operator's systems hear of each; its owner, by wish, of what could be understood."""
    facts = Facts(
        message=message.id,
        caller=message.caller,
        at=message.received_at,
        seconds=message.sound.seconds,
        urgent=message.urgent,
    )
    cause = f"transcribed:{message.id}:{message.sound.id}"
    event = MailboxEvent(owner, NoticeKind.MESSAGE_TRANSCRIBED, facts, cause)
    if made.understanding is not Understanding.NOT_UNDERSTOOD:
        writer.notify(event)
    writer.notify_systems(event)


def _let_waiting_go(uow: UnitOfWork, owner: Subscriber, message: Message, now: datetime) -> None:
    at = now if message.urgent else after_quiet(owner, now)
    uow.outbox.hasten_waiting(to=owner.number, message=message.id, at=at)
