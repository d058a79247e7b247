"""Subscribers in the database: a whole value in, a whole value out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select, union_all, update

from personsvar.mailbox.errors import TakenError, UnknownSubscriberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted
from personsvar.storage.audit import forget_actor
from personsvar.storage.changes import forget
from personsvar.storage.inserting import unless_there
from personsvar.storage.prepared import one_of
from personsvar.storage.sounds import drop_unused
from personsvar.storage.subscriber_rows import subscriber_of, values_of
from personsvar.storage.subscriber_search import fitting
from personsvar.storage.tables import absences, call_backs, calls, greetings, locks, messages, subscribers

_ONE = select(subscribers).where(subscribers.c.number == bindparam("owner"))
_ONE_FOR_CHANGE = _ONE.with_for_update(key_share=True)
"""key_share: what only points at the subscriber, as a notice does, need not wait."""
_LATER = or_(subscribers.c.removals_look_at.is_(None), subscribers.c.removals_look_at > bindparam("at"))
_LOOK_AT = (
    update(subscribers)
    .where(subscribers.c.number == bindparam("owner"), _LATER)
    .values(removals_look_at=bindparam("at"))
)
_LOOK_AT_SOME = (
    update(subscribers)
    .where(subscribers.c.number.in_(bindparam("owners", expanding=True)), _LATER)
    .values(removals_look_at=bindparam("at"))
)


class SqlSubscribers:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.removed: set[Number] = set()

    def get(self, number: Number, *, for_change: bool = False) -> Subscriber | None:
        found = _ONE_FOR_CHANGE if for_change else _ONE
        row = one_of(self._connection, found, owner=number)
        return None if row is None else subscriber_of(row)

    def need(self, number: Number, *, for_change: bool = False) -> Subscriber:
        found = self.get(number, for_change=for_change)
        if found is None:
            raise UnknownSubscriberError(f"{number} is no subscriber")
        return found

    def add(self, subscriber: Subscriber) -> None:
        values = values_of(subscriber)
        if unless_there(self._connection, subscribers, values, subscribers.c.number) is None:
            raise TakenError(f"{subscriber.number} is a subscriber already")

    def put(self, subscriber: Subscriber) -> None:
        here = update(subscribers).where(subscribers.c.number == subscriber.number)
        if not self._connection.execute(here, values_of(subscriber)).rowcount:
            raise UnknownSubscriberError(f"{subscriber.number} is no subscriber")

    def remove(self, number: Number) -> None:
        here = subscribers.c.number == number
        # the row first: a message that comes in now waits, and then finds no subscriber
        self._connection.execute(select(subscribers.c.number).where(here).with_for_update())
        forget_actor(self._connection, number)
        used = union_all(
            select(messages.c.sound_id).where(messages.c.mailbox == number),
            select(greetings.c.sound_id).where(greetings.c.mailbox == number),
            select(absences.c.sound_id).where(absences.c.mailbox == number, absences.c.sound_id.is_not(None)),
        )
        heard = self._connection.execute(used).scalars().all()
        self._connection.execute(delete(subscribers).where(here))  # and all that hangs on it, by its keys
        self._connection.execute(delete(locks).where(locks.c.key == number))
        not_charged = call_backs.c.answered.is_(False)
        self._connection.execute(delete(call_backs).where(call_backs.c.mailbox == number, not_charged))
        by_nobody_else = calls.c.mailbox.is_(None)  # what he said to others goes with them
        self._connection.execute(delete(calls).where(calls.c.caller == number, by_nobody_else))
        drop_unused(self._connection, heard)
        forget(self._connection, number)
        self.removed.add(number)

    def list(self, *, after: Number | None = None, limit: int = 1000) -> Sequence[Subscriber]:
        return self._all(_page(select(subscribers), after, limit))

    def search(
        self, wanted: SubscribersWanted, *, after: Number | None = None, limit: int = 100
    ) -> Sequence[Subscriber]:
        return self._all(_page(fitting(self._connection, wanted), after, limit))

    def due(
        self, reminder: Reminder, *, now: datetime, after: ReminderPlace | None = None, limit: int = 500
    ) -> Sequence[ReminderPlace]:
        at = subscribers.c[reminder]
        page = select(at, subscribers.c.number).where(at <= now).order_by(at, subscribers.c.number)
        if after is not None:
            page = page.where(at >= after.at, or_(at > after.at, subscribers.c.number > after.number))
        return [ReminderPlace(*row) for row in self._connection.execute(page.limit(limit))]

    def look_at_removals(self, number: Number, at: datetime) -> None:
        self._connection.execute(_LOOK_AT, {"owner": number, "at": at})

    def look_at_all_removals(
        self, *, now: datetime, states: Sequence[State], after: Number | None = None, limit: int = 500
    ) -> Sequence[Number]:
        kept = select(messages.c.mailbox).where(messages.c.state.in_(states)).distinct()
        page = kept.order_by(messages.c.mailbox).limit(limit)
        page = page if after is None else page.where(messages.c.mailbox > after)
        numbers = self._connection.execute(page).scalars().all()
        here = select(subscribers.c.number).where(subscribers.c.number.in_(numbers))
        self._connection.execute(here.order_by(subscribers.c.number).with_for_update(key_share=True))
        self._connection.execute(_LOOK_AT_SOME, {"owners": numbers, "at": now})
        return numbers

    def _all(self, found: Select[Any]) -> Sequence[Subscriber]:
        return [subscriber_of(row) for row in self._connection.execute(found)]


def _page(found: Select[Any], after: Number | None, limit: int) -> Select[Any]:
    page = found.order_by(subscribers.c.number).limit(limit)
    return page if after is None else page.where(subscribers.c.number > after)
