"""An MMS that can't be delivered becomes an SMS: the subscriber hears of the message all the same."""

from __future__ import annotations

from datetime import datetime

from personsvar.mailbox.model import Channel, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.quiet import after_quiet
from personsvar.mailbox.rules import Rules

LOST = (NoticeStatus.FAILED, NoticeStatus.DEAD)


def fall_back(uow: UnitOfWork, rules: Rules, notice: Notice, *, now: datetime) -> bool:
    """Write the SMS in the caller's own transaction; whether there is one more notice now.

    For a notice that failed or was given up. It is young: an MMS may have been on its way for days.
    """
    if not rules.mms_to_sms or notice.channel is not Channel.MMS or notice.kind is not NoticeKind.NEW_MESSAGE:
        return False
    subscriber = uow.subscribers.get(notice.to)
    if subscriber is None:
        return False
    sms = NewNotice(
        to=notice.to,
        kind=notice.kind,
        channel=Channel.SMS,
        dedup_key=f"{notice.dedup_key.removesuffix(f':{Channel.MMS}')}:{Channel.SMS}",
        created_at=now,
        facts=notice.facts,
        due_at=now if notice.facts.urgent else after_quiet(subscriber, now),
    )
    return uow.outbox.add(sms) is not None


def fall_back_if_lost(uow: UnitOfWork, rules: Rules, notice: Notice, *, now: datetime) -> bool:
    """The same for one that was just written back: a receipt that came before may have made it failed."""
    if notice.channel is not Channel.MMS:
        return False
    held = uow.outbox.get(notice.id)
    return held is not None and held.status in LOST and fall_back(uow, rules, held, now=now)
