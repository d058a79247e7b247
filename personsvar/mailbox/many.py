"""Many calls within an hour: above a bound (a setting) they are no longer told one by one, but together.

Whoever calls again and again, with the number withheld or with many numbers, would else have an SMS sent each
time: at the operator's cost, and until nobody reads them. What is above the bound is counted in one notice,
that goes out an hour after it was begun; as long as it waits, every such call is counted in it. No message is
lost by it, copies by e-mail go on, and the operator's systems hear of every call at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from personsvar.mailbox.model import Channel, Facts, NewNotice, NoticeKind, Subscriber
from personsvar.mailbox.ports import Rules, UnitOfWork
from personsvar.mailbox.quiet import after_quiet

HOUR = timedelta(hours=1)
PHONES_SECONDS = 600


def is_gathered(
    uow: UnitOfWork,
    rules: Rules,
    subscriber: Subscriber,
    kind: NoticeKind,
    *,
    facts: Facts,
    cause: str,
    now: datetime,
) -> bool:
    """It is counted with others, now or when it was taken in before; False: it is told by itself."""
    most, at = most_an_hour(rules, kind), facts.at or now
    if not most:
        return False
    if uow.outbox.join_many(to=subscriber.number, cause=cause, at=at):
        return True
    if not is_many(uow, rules, subscriber, kind, now=now):
        return False
    uow.outbox.add(
        NewNotice(
            to=subscriber.number,
            kind=NoticeKind.MANY_CALLS,
            channel=Channel.SMS,
            dedup_key=key_of(cause),
            created_at=now,
            facts=Facts(calls=1, at=at),
            due_at=after_quiet(subscriber, now + HOUR),
        )
    )
    return True


def is_many(
    uow: UnitOfWork, rules: Rules, subscriber: Subscriber, kind: NoticeKind, *, now: datetime
) -> bool:
    """Whether the bound is reached."""
    most = most_an_hour(rules, kind)
    return most > 0 and uow.outbox.count_since(to=subscriber.number, kind=kind, since=now - HOUR) >= most


def phones_update(subscriber: Subscriber, now: datetime) -> NewNotice:
    """For a phone's own inbox, which then looks for itself: one for all of ten minutes."""
    some = PHONES_SECONDS
    until = datetime.fromtimestamp((now.timestamp() // some + 1) * some, UTC)
    key = f"visual-many:{subscriber.number}:{until:%Y%m%dT%H%M%S}"
    return NewNotice(
        subscriber.number, NoticeKind.MAILBOX_CHANGED, Channel.VISUAL, key, created_at=now, due_at=until
    )


def most_an_hour(rules: Rules, kind: NoticeKind) -> int:
    """0: any number."""
    return {
        NoticeKind.MISSED_CALL: rules.missed_calls_an_hour,
        NoticeKind.NEW_MESSAGE: rules.new_messages_an_hour,
    }.get(kind, 0)


def key_of(cause: str) -> str:
    return f"many:{cause}:{Channel.SMS}"
