"""Many calls within an hour: above a bound (a setting) they are no longer told one by one, but together.

Whoever calls again and again, with the number withheld or with many numbers, would else have an SMS sent each
time: at the operator's cost, and until nobody reads them. What is above the bound is counted in one notice,
that goes out an hour after it was begun; as long as it waits, every such call is counted in it. No message is
lost by it, copies by e-mail go on, and the operator's systems hear of every call at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from personsvar.mailbox.happening import Happening
from personsvar.mailbox.model import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.quiet import after_quiet
from personsvar.mailbox.rules import Rules

HOUR = timedelta(hours=1)
PHONES_SECONDS = 600


def is_gathered(uow: UnitOfWork, rules: Rules, it: Happening) -> bool:
    """It is counted with others, now or when it was taken in before; False: it is told by itself."""
    owner, at = it.subscriber, it.facts.at or it.now
    if not most_an_hour(rules, it.kind):
        return False
    if uow.outbox.join_many(to=owner.number, cause=it.cause, at=at):
        return True
    if not is_many(uow, rules, it):
        return False
    uow.outbox.add(
        NewNotice(
            to=owner.number,
            kind=NoticeKind.MANY_CALLS,
            channel=Channel.SMS,
            dedup_key=key_of(it.cause),
            created_at=it.now,
            facts=Facts(calls=1, at=at),
            due_at=after_quiet(owner, it.now + HOUR),
        )
    )
    return True


def is_many(uow: UnitOfWork, rules: Rules, it: Happening) -> bool:
    """Whether the bound is reached."""
    most, owner = most_an_hour(rules, it.kind), it.subscriber.number
    return most > 0 and uow.outbox.count_since(to=owner, kind=it.kind, since=it.now - HOUR) >= most


def phones_update(it: Happening) -> NewNotice:
    """For a phone's own inbox, which then looks for itself: one for all of ten minutes."""
    some, owner = PHONES_SECONDS, it.subscriber.number
    until = datetime.fromtimestamp((it.now.timestamp() // some + 1) * some, UTC)
    key = f"visual-many:{owner}:{until:%Y%m%dT%H%M%S}"
    return NewNotice(owner, NoticeKind.MAILBOX_CHANGED, Channel.VISUAL, key, created_at=it.now, due_at=until)


def most_an_hour(rules: Rules, kind: NoticeKind) -> int:
    """0: any number."""
    return {
        NoticeKind.MISSED_CALL: rules.missed_calls_an_hour,
        NoticeKind.NEW_MESSAGE: rules.new_messages_an_hour,
    }.get(kind, 0)


def key_of(cause: str) -> str:
    return f"many:{cause}:{Channel.SMS}"
