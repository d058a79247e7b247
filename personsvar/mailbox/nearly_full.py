"""The mailbox nearly full: told when a new message makes it so, at most once a week."""

from __future__ import annotations

from datetime import datetime

from personsvar.mailbox.daytime import local_day
from personsvar.mailbox.model import Facts, NoticeKind, Subscriber
from personsvar.mailbox.notices import post
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules


def tell_if_nearly_full(
    uow: UnitOfWork, rules: Rules, subscriber: Subscriber, kept: int, *, now: datetime
) -> None:
    """`kept` is how many messages count against its size, the new one too.

    Not when some of them make room by themselves: those a mail program took and removed.
    """
    if kept != threshold(rules) or uow.messages.oldest_hidden(subscriber.number) is not None:
        return
    year, week, _ = local_day(now, subscriber).isocalendar()
    facts = Facts(at=now, count=rules.max_messages - kept)
    cause = f"nearly-full:{subscriber.number}:{year}-W{week:02}"
    post(uow, rules, subscriber, NoticeKind.NEARLY_FULL, facts=facts, cause=cause, now=now)


def threshold(rules: Rules) -> int:
    """So many messages make it nearly full: the percentage of its size, rounded up, of one at least."""
    return max(1, -(-rules.max_messages * rules.nearly_full_percent // 100))
