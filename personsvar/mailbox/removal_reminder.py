"""The warning that messages will soon be removed by their age: unheard ones, and those that were saved.

One for each day of removal, three days (a setting) before it: how many go. What was heard and not saved goes
without a word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from personsvar.mailbox.local_time import is_daytime, local_day, morning_of, next_morning
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.retention import keep_days
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

WARNED = (State.NEW, State.SAVED)
_LONGEST_DAY = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class _Removal:
    at: datetime
    day: date
    """The day of removal, by the owner's clock."""
    warned_on: date


def due_for_removal(
    services: Services, state: State
) -> Callable[[UnitOfWork, Number | None], Sequence[Subscriber]]:
    """Those with messages in this state that go within the days of the warning."""
    now, kept = services.clock.now(), _kept(services.rules)[state]
    since, until = now - kept, now - kept + _warning(services.rules, state) + _LONGEST_DAY
    if not _warning(services.rules, state):
        return lambda _uow, _after: ()
    return lambda uow, after: uow.subscribers.losing(state, since=since, until=until, now=now, after=after)


def remind_of_removal(services: Services, number: Number) -> int:
    """How many warnings the owner gets now; at night it is put off until the morning."""
    now = services.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.get(number, for_change=True)
        if owner is None or (owner.removals_look_at is not None and owner.removals_look_at > now):
            return 0
        warned, look_at = 0, next_morning(owner, now)
        if is_daytime(owner, now):
            removals = _removals(uow.messages.list(number, WARNED), owner, services.rules, now)
            warned = _warn(NoticeWriter(uow, services.rules, now), owner, removals)
            look_at = _next_look(owner, services.rules, removals, now)
        uow.subscribers.put(replace(owner, removals_look_at=look_at))
        uow.commit()
    return warned


def _warn(writer: NoticeWriter, subscriber: Subscriber, removals: Sequence[_Removal]) -> int:
    days: dict[date, list[datetime]] = defaultdict(list)
    for removal in removals:
        if removal.warned_on <= local_day(subscriber, writer.now):
            days[removal.day].append(removal.at)
    warned = 0
    for day, moments in days.items():
        facts = Facts(at=min(moments), count=len(moments))
        cause = f"soon-deleted:{subscriber.number}:{day}"
        warned += writer.post(subscriber, NoticeKind.SOON_DELETED, facts, cause=cause)
    return warned


def _next_look(subscriber: Subscriber, rules: Rules, removals: Sequence[_Removal], now: datetime) -> datetime:
    """When the next is to be told: of those there are, or of those that come in or are taken back by then."""
    today = local_day(subscriber, now)
    unwarned = [_kept(rules)[state] - _warning(rules, state) for state in WARNED]
    latest = today + min(timedelta(days=max(1, rules.soon_deleted_days)), *unwarned)
    return morning_of(
        subscriber, min([*(each.warned_on for each in removals if each.warned_on > today), latest])
    )


def _removals(
    messages: Sequence[Message], subscriber: Subscriber, rules: Rules, now: datetime
) -> Sequence[_Removal]:
    """Of those that are not due already."""
    ends = [(message.state, _since(message) + _kept(rules)[message.state]) for message in messages]
    days = [(state, at, local_day(subscriber, at)) for state, at in ends if at > now]
    return [_Removal(at, day, day - _warning(rules, state)) for state, at, day in days]


def _since(message: Message) -> datetime:
    return message.received_at if message.state is State.NEW else message.changed_at or message.received_at


def _kept(rules: Rules) -> Mapping[State, timedelta]:
    return {state: timedelta(days=days) for state, days in keep_days(rules)}


def _warning(rules: Rules, state: State) -> timedelta:
    """Less than it is kept: by then all that goes on one day is known."""
    return min(timedelta(days=rules.soon_deleted_days), _kept(rules)[state] - timedelta(days=1))
