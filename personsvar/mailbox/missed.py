"""A missed call: a call that left no message, and why (the manual, section 2).

Several of one caller within a minute (a setting) are one notice: the first waits so long, and the
later ones are counted in it, with the time of the last. That the mailbox was full or voicemail off is
told if it was so for any of them; else that no message was left, which holds for all. All who
withhold their number count as one caller. Many of many callers are told together: see `many`. The
operator's systems hear of every call at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from personsvar.mailbox.calls import call_key
from personsvar.mailbox.happening import Happening
from personsvar.mailbox.many import HOUR, is_gathered
from personsvar.mailbox.model import Facts, MissedReason, NoticeKind, Subscriber
from personsvar.mailbox.notices import tell, tell_systems
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.takes import SpoolHeader
from personsvar.mailbox.rules import Rules

TOLD_ABOVE_ALL = frozenset({MissedReason.MAILBOX_FULL, MissedReason.VOICEMAIL_OFF})
"""Reasons that the subscriber can do something about."""


def tell_missed(
    uow: UnitOfWork,
    rules: Rules,
    subscriber: Subscriber,
    heading: SpoolHeader,
    reason: MissedReason,
    *,
    now: datetime,
) -> None:
    facts = Facts(caller=heading.caller, at=heading.began_at, reason=reason)
    call = call_key(heading.spool_id, heading.mailbox, heading.began_at)
    it = Happening(subscriber, NoticeKind.MISSED_CALL, facts, f"missed:{call}", now)
    tell_systems(uow, rules, it)
    if not subscriber.wishes.missed_calls:
        return
    wait_seconds = rules.missed_calls_seconds
    since = now - timedelta(seconds=wait_seconds) if wait_seconds else now + HOUR  # what is told is known
    if _joined(uow, subscriber, facts, cause=it.cause, since=since):
        return
    if not is_gathered(uow, rules, it):
        tell(uow, rules, it, wait_seconds=wait_seconds)


def _joined(uow: UnitOfWork, subscriber: Subscriber, facts: Facts, *, cause: str, since: datetime) -> bool:
    """Counted in an earlier notice that still waits, now or when it was taken in before."""
    if facts.at is None or facts.reason is None:
        return False
    return uow.outbox.join_missed(
        to=subscriber.number,
        caller=facts.caller,
        cause=cause,
        at=facts.at,
        since=since,
        reason=facts.reason if facts.reason in TOLD_ABOVE_ALL else None,
    )
