"""Which notices go where: one row of the outbox for each channel.

What happened in the mailbox is told as the subscriber wishes (the manual, settings 5). What
concerns its security (a PIN, a log-in, a greeting) always goes by SMS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from personsvar.mailbox.model import Channel, Facts, NewNotice, NoticeKind, Subscriber
from personsvar.mailbox.ports import UnitOfWork

FOR_MACHINES = frozenset({NoticeKind.MAILBOX_CHANGED})
"""What lamps and the operator's own systems are told of, and no person: it has no words."""


def channels_for(subscriber: Subscriber, kind: NoticeKind) -> Sequence[Channel]:
    match kind:
        case NoticeKind.NEW_MESSAGE:
            return _channels_for_message(subscriber)
        case NoticeKind.MISSED_CALL:
            return [Channel.SMS] if subscriber.wishes.missed_calls else []
        case _ if kind in FOR_MACHINES:
            return []
        case _:
            return [Channel.SMS]


def post(
    uow: UnitOfWork,
    subscriber: Subscriber,
    kind: NoticeKind,
    *,
    facts: Facts,
    cause: str,
    now: datetime,
) -> None:
    """Write the notice in the caller's own transaction; the same cause is told once on each channel."""
    for channel in channels_for(subscriber, kind):
        uow.outbox.add(
            NewNotice(
                to=subscriber.number,
                kind=kind,
                channel=channel,
                dedup_key=f"{cause}:{channel}",
                created_at=now,
                facts=facts,
                address=subscriber.email if channel is Channel.EMAIL else None,
            )
        )


def _channels_for_message(subscriber: Subscriber) -> Sequence[Channel]:
    """An MMS, which holds the sound, stands in for the SMS; the e-mail is a copy."""
    wishes = subscriber.wishes
    channels = [Channel.MMS] if wishes.mms else [Channel.SMS] if wishes.sms else []
    return [*channels, Channel.EMAIL] if wishes.email_copy and subscriber.email else channels
