"""The warning that messages will soon be removed by their age: unheard ones, and those that were saved.

One for each day of removal, three days (a setting) before it: how many go. What was heard and not saved goes
without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from personsvar.mailbox.daytime import is_daytime, local_day, next_morning
from personsvar.mailbox.model import Facts, Message, NoticeKind, Number, State, Subscriber
from personsvar.mailbox.notices import post
from personsvar.mailbox.ports import Office, Rules, UnitOfWork
from personsvar.mailbox.retention import keep_days

WARNED = (State.NEW, State.SAVED)
_ANY_ZONE = timedelta(days=2)
"""The day of one place may end a day after that of another: looked at more closely for each mailbox."""


def due_for_removal(
    office: Office, state: State
) -> Callable[[UnitOfWork, Number | None], Sequence[Subscriber]]:
    """Those with messages in this state that go within the days of the warning."""
    now, kept = office.clock.now(), _kept(office.rules)[state]
    since, until = now - kept, now - kept + _warning(office.rules, state) + _ANY_ZONE
    if not _warning(office.rules, state):
        return lambda _uow, _after: ()
    return lambda uow, after: uow.subscribers.losing(state, since=since, until=until, now=now, after=after)


def remind_of_removal(office: Office, number: Number) -> int:
    """How many warnings the owner gets now; at night it is put off until the morning."""
    now = office.clock.now()
    with office.store.begin() as uow:
        it = uow.subscribers.get(number, for_change=True)
        if it is None or (it.removals_look_at is not None and it.removals_look_at > now):
            return 0
        told = _tell(uow, office.rules, it, now) if is_daytime(it, now) else 0
        uow.subscribers.put(replace(it, removals_look_at=next_morning(it, now)))
        uow.commit()
    return told


def _tell(uow: UnitOfWork, rules: Rules, it: Subscriber, now: datetime) -> int:
    going = _going(uow.messages.list(it.number, WARNED), it, rules, now)
    told = 0
    for day, moments in going.items():
        facts = Facts(at=min(moments), count=len(moments))
        cause = f"soon-deleted:{it.number}:{day}"
        told += post(uow, rules, it, NoticeKind.SOON_DELETED, facts=facts, cause=cause, now=now)
    return told


def _going(
    messages: Sequence[Message], it: Subscriber, rules: Rules, now: datetime
) -> Mapping[date, Sequence[datetime]]:
    """When messages go, by the owner's own day."""
    going: dict[date, list[datetime]] = defaultdict(list)
    for message in messages:
        gone_at = _since(message) + _kept(rules)[message.state]
        day = local_day(gone_at, it)
        if now < gone_at and day <= local_day(now, it) + _warning(rules, message.state):
            going[day].append(gone_at)
    return going


def _since(message: Message) -> datetime:
    return message.received_at if message.state is State.NEW else message.changed_at or message.received_at


def _kept(rules: Rules) -> Mapping[State, timedelta]:
    return {state: timedelta(days=days) for state, days in keep_days(rules)}


def _warning(rules: Rules, state: State) -> timedelta:
    """Less than it is kept: by then all that goes on one day is known."""
    return min(timedelta(days=rules.soon_deleted_days), _kept(rules)[state] - timedelta(days=1))
