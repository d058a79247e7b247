"""What follows when a notice can't be delivered: the subscriber hears of the message all the same.

An MMS becomes an SMS. Of an e-mail copy the owner hears once, in the main menu. An operator may have any sent
again.
"""

from __future__ import annotations

from personsvar.mailbox import audit
from personsvar.mailbox.local_time import after_quiet
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Channel, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.services import Services

LOST = (NoticeStatus.FAILED, NoticeStatus.DEAD)


def fall_back(writer: NoticeWriter, notice: Notice) -> bool:
    """Write the SMS in the caller's own transaction; whether there is one more notice now.

    For a notice that failed or was given up. It is young: an MMS may have been on its way for days.
    """
    is_message = notice.kind is NoticeKind.NEW_MESSAGE
    if not writer.rules.mms_to_sms or notice.channel is not Channel.MMS or not is_message:
        return False
    subscriber = writer.uow.subscribers.get(notice.to)
    if subscriber is None:
        return False
    sms = NewNotice(
        to=notice.to,
        kind=notice.kind,
        channel=Channel.SMS,
        dedup_key=f"{notice.dedup_key.removesuffix(f':{Channel.MMS}')}:{Channel.SMS}",
        created_at=writer.now,
        facts=notice.facts,
        due_at=writer.now if notice.facts.urgent else after_quiet(subscriber, writer.now),
    )
    return writer.uow.outbox.add(sms) is not None


def fall_back_if_lost(writer: NoticeWriter, notice: Notice) -> bool:
    """The same for one that was just written back: a receipt that came before may have made it failed."""
    if notice.channel is not Channel.MMS:
        return False
    held = writer.uow.outbox.get(notice.id)
    return held is not None and held.status in LOST and fall_back(writer, held)


def failed_copies(services: Services, owner: Subscriber) -> int:
    """How many failed that the owner has not heard of; none for who has no copies any more."""
    if owner.email is None:
        return 0
    with services.store.look() as uow:
        return uow.outbox.unacknowledged_failures(owner.number, Channel.EMAIL)


def acknowledge_failed_copies(services: Services, owner: Subscriber) -> None:
    """The owner has heard of them."""
    with services.store.begin() as uow:
        uow.outbox.acknowledge_failures(owner.number, Channel.EMAIL)
        uow.commit()


def send_again(services: Services, which: NoticeId, *, by: Actor) -> bool:
    """The operator wants an ended notice sent again; False: there is none, or it is still on its way."""
    now = services.clock.now()
    with services.store.begin() as uow:
        notice = uow.outbox.get(which)
        again = notice is not None and uow.outbox.resend(which, now=now)
        if notice is not None and again:
            audit.note(uow, now, by, AuditAction.NOTICE_RESENT, mailbox=notice.to, detail=f"notice {which}")
        uow.commit()
    return again
