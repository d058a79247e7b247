"""The warning that messages will soon be removed by their age: unheard ones, and those that were saved.

One for each day of removal, three days (a setting) before it: how many go. What was heard and not saved goes
without a word.

Each mailbox has its time to be looked at (`removals_look_at`), when the first of its messages is to be warned
of: whoever keeps a message sets it (`RemovalLooks`), and each look sets the next. So a round costs what is
due, however many mailboxes there are. When the rules change, every mailbox is looked at once more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from personsvar.mailbox.local_time import is_daytime, local_day, morning_of, next_morning
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.reckoning import WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.retention import keep_days
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

WARNED = (State.NEW, State.SAVED)
_TO_THE_MORNING = timedelta(hours=16)
"""Behind ten in the morning there are fourteen hours of a day: more where the clocks are changed by then."""
_AGAIN = timedelta(days=1)
"""So long after all were looked at they are again, once: an upgrade is over by then."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class _Removal:
    at: datetime
    day: date
    """The day of removal, by the owner's clock."""
    warned_on: date


@dataclass(frozen=True, slots=True)
class RemovalLooks:
    """What a transaction does at its end: mailboxes whose messages it kept are looked at in time."""

    rules: Rules

    def __call__(self, uow: UnitOfWork, _changed: AbstractSet[Number]) -> None:
        first: dict[Number, datetime] = {}
        for message in uow.messages.written:
            if message.state in WARNED and _warning(self.rules, message.state):
                at = _earliest_warning(message, self.rules)
                first[message.mailbox] = min(at, first.get(message.mailbox, at))
        for mailbox in sorted(first):
            uow.subscribers.look_at_removals(mailbox, first[mailbox])


def look_at_all(services: Services, rest: Callable[[], None] = lambda: None) -> None:
    """Every mailbox gets its time anew when other rules hold than before, and once more a day later.

    `rest` is called between two pages of them.
    """
    now, terms = services.clock.now(), terms_of(services.rules)
    with services.store.look() as uow:
        last = uow.upkeep.warning_terms()
    same = last is not None and last.terms == terms
    if last is not None and ((same and last.settled) or last.looked_at <= now < last.looked_at + _AGAIN):
        return
    after: Number | None = None
    while page := _look_at_page(services, now, after):
        after = page[-1]
        rest()
    with services.store.begin() as uow:
        uow.upkeep.put_warning_terms(WarningTerms(terms, now, settled=same))
        uow.commit()


def remind_of_removal(services: Services, number: Number) -> int:
    """How many warnings the owner gets now; at night it is put off until the morning."""
    now = services.clock.now()
    with services.store.begin() as uow:
        owner = uow.subscribers.get(number, for_change=True)
        if owner is None or owner.removals_look_at is None or owner.removals_look_at > now:
            return 0
        removals = _removals(uow.messages.list(number, WARNED), owner, services.rules, now)
        today = local_day(owner, now)
        owed = [it for it in removals if it.warned_on <= today]
        if owed and not is_daytime(owner, now):
            warned, look_at = 0, [next_morning(owner, now)]
        else:
            warned = _warn(NoticeWriter(uow, services.rules, now), owner, owed)
            look_at = [morning_of(owner, it.warned_on) for it in removals if it.warned_on > today]
        uow.subscribers.put(replace(owner, removals_look_at=min(look_at, default=None)))
        uow.commit()
    return warned


def _look_at_page(services: Services, now: datetime, after: Number | None) -> Sequence[Number]:
    with services.store.begin() as uow:
        page = uow.subscribers.look_at_all_removals(now=now, states=WARNED, after=after, limit=_PAGE)
        uow.commit()
    return page


def _warn(writer: NoticeWriter, subscriber: Subscriber, owed: Sequence[_Removal]) -> int:
    days: dict[date, list[datetime]] = defaultdict(list)
    for removal in owed:
        days[removal.day].append(removal.at)
    warned = 0
    for day, moments in days.items():
        facts = Facts(at=min(moments), count=len(moments))
        cause = f"soon-deleted:{subscriber.number}:{day}"
        warned += writer.post(subscriber, NoticeKind.SOON_DELETED, facts, cause=cause)
    return warned


def _removals(
    messages: Sequence[Message], subscriber: Subscriber, rules: Rules, now: datetime
) -> Sequence[_Removal]:
    """Of those that are warned of, and not due already."""
    warned = [message for message in messages if _warning(rules, message.state)]
    ends = [(message.state, _end(message, rules)) for message in warned]
    days = [(state, at, local_day(subscriber, at)) for state, at in ends if at > now]
    return [_Removal(at, day, day - _warning(rules, state)) for state, at, day in days]


def _earliest_warning(message: Message, rules: Rules) -> datetime:
    """In no time zone is it warned of before, so nobody's has to be known."""
    return _end(message, rules) - _warning(rules, message.state) - _TO_THE_MORNING


def _end(message: Message, rules: Rules) -> datetime:
    """When retention takes it: it counts from the last change, or later where the clock was behind then."""
    return (message.since or message.became_at) + _kept(rules)[message.state]


def _kept(rules: Rules) -> Mapping[State, timedelta]:
    return {state: timedelta(days=days) for state, days in keep_days(rules)}


def _warning(rules: Rules, state: State) -> timedelta:
    """Less than it is kept: by then all that goes on one day is known."""
    return min(timedelta(days=rules.soon_deleted_days), _kept(rules)[state] - timedelta(days=1))


def terms_of(rules: Rules) -> str:
    return f"new {rules.keep_new_days}, saved {rules.keep_saved_days}, told {rules.soon_deleted_days} days"
