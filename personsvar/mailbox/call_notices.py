"""What a subscriber is told of a call: of the message it left, or that it left none, and why.

Several missed calls of one caller within a minute (a setting) are one notice: the first waits so long, and
the later ones are counted in it, with the time of the last. That no message could be left, and why, is
told if it was so for any of them; else that no message was left, which holds for all. All who
withhold their number count as one caller. Many of many callers are told together: see `notice_writer`. The
operator's systems hear of every call at once.

The mailbox nearly full is told when a new message makes it so, at most once a week.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from personsvar.mailbox.local_time import local_day
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Facts, MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import HOUR, MailboxEvent, NoticeWriter
from personsvar.mailbox.ports.takes import SpoolHeader
from personsvar.mailbox.rules import Rules

TOLD_ABOVE_ALL = frozenset(MissedReason) - {MissedReason.HUNG_UP, MissedReason.EMPTY}
"""Reasons that the subscriber can do something about."""


def tell_message(writer: NoticeWriter, subscriber: Subscriber, message: Message, *, new_count: int) -> None:
    facts = Facts(
        message=message.id,
        caller=message.caller,
        at=message.received_at,
        seconds=message.sound.seconds,
        urgent=message.urgent,
        new_count=new_count,
    )
    cause = f"message:{_call(message.spool_id, message.mailbox, message.received_at)}"
    writer.post(subscriber, NoticeKind.NEW_MESSAGE, facts, cause=cause)


def tell_missed(
    writer: NoticeWriter, subscriber: Subscriber, header: SpoolHeader, reason: MissedReason
) -> None:
    facts = Facts(caller=header.caller, at=header.began_at, reason=reason)
    cause = f"missed:{_call(header.spool_id, header.mailbox, header.began_at)}"
    event = MailboxEvent(subscriber, NoticeKind.MISSED_CALL, facts, cause)
    writer.notify_systems(event)
    if not subscriber.wishes.missed_calls:
        return
    wait_seconds = writer.rules.missed_calls_seconds
    # without a wait only what is told already is known
    since = writer.now - timedelta(seconds=wait_seconds) if wait_seconds else writer.now + HOUR
    if not _joined(writer, event, since=since) and not writer.is_gathered(event):
        writer.notify(event, wait_seconds=wait_seconds)


def tell_if_nearly_full(writer: NoticeWriter, subscriber: Subscriber, kept: int) -> None:
    """`kept` is how many messages count against its size, the new one too.

    Not when some of them make room by themselves: those a mail program took and removed.
    """
    if kept != nearly_full(writer.rules) or writer.uow.messages.oldest_hidden(subscriber.number) is not None:
        return
    year, week, _ = local_day(subscriber, writer.now).isocalendar()
    facts = Facts(at=writer.now, count=writer.rules.max_messages - kept)
    writer.post(
        subscriber, NoticeKind.NEARLY_FULL, facts, cause=f"nearly-full:{subscriber.number}:{year}-W{week:02}"
    )


def nearly_full(rules: Rules) -> int:
    """So many messages make it nearly full: the percentage of its size, rounded up, of one at least."""
    return max(1, -(-rules.max_messages * rules.nearly_full_percent // 100))


def _joined(writer: NoticeWriter, event: MailboxEvent, *, since: datetime) -> bool:
    """Counted in an earlier notice that still waits, now or when it was taken in before."""
    facts = event.facts
    if facts.at is None or facts.reason is None:
        return False
    return writer.uow.outbox.join_missed(
        to=event.subscriber.number,
        caller=facts.caller,
        cause=event.cause,
        at=facts.at,
        since=since,
        reason=facts.reason if facts.reason in TOLD_ABOVE_ALL else None,
    )


def _call(spool_id: SpoolId, mailbox: Number, began_at: datetime) -> str:
    """Which call it was: the switch's id may come again, with another mailbox or at another time."""
    return f"{spool_id}:{mailbox}:{began_at:%Y%m%dT%H%M%S.%f}"
