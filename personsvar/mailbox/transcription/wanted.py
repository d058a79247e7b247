"""Which messages are written down: those of who wishes it, where there is an engine.

The row for the engine is written with the message. It is one for each message: what is lengthened, or asked
for again, makes it new.
"""

from __future__ import annotations

from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.wishers import is_wanted, why_not


def want_transcript(writer: NoticeWriter, subscriber: Subscriber, message: Message) -> None:
    """With the message, in its transaction."""
    if is_wanted(writer.rules, subscriber):
        writer.uow.outbox.add(_row(message, writer.now))
        _expect_text(writer.uow, writer.rules, message)


def want_again(uow: UnitOfWork, rules: Rules, message: Message, now: datetime) -> None:
    """Its recording is another one. Where no engine is, nothing is looked up."""
    if rules.transcripts and is_wanted(rules, uow.subscribers.get(message.mailbox)):
        uow.outbox.renew(_row(message, now))
        _expect_text(uow, rules, message)


def redo(services: Services, which: MessageId, *, by: Actor) -> None:
    """An operator has it written down again; the transcript there is stays until then.

    Raise MailboxError where there is no such message, or nobody who writes it down.
    """
    now = services.clock.now()
    with services.store.begin() as uow:
        message = uow.messages.get(which, for_change=True)
        if message is None or message.state is State.DELETED:
            raise MailboxError(f"there is no message {which}")
        if (why := why_not(services.rules, uow.subscribers.get(message.mailbox))) is not None:
            raise MailboxError(why)
        uow.outbox.renew(_row(message, now))
        detail = f"transcript of message {which}"
        audit.note(uow, now, by, AuditAction.NOTICE_RESENT, mailbox=message.mailbox, detail=detail)
        uow.commit()


def _expect_text(uow: UnitOfWork, rules: Rules, message: Message) -> None:
    """Mail programs are shown it, if it is there when they are first told of the message."""
    if rules.visual:
        uow.mail_texts.expect(message.id)


def _row(message: Message, now: datetime) -> NewNotice:
    return NewNotice(
        to=message.mailbox,
        kind=NoticeKind.TRANSCRIPT_WANTED,
        channel=Channel.TRANSCRIPT,
        dedup_key=f"transcript:{message.id}",
        created_at=now,
        facts=Facts(message=message.id, seconds=message.sound.seconds),
    )
