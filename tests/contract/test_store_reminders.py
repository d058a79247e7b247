"""Who is to be reminded now (ports.Subscribers)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Subscriber
from tests.contract.stores import KARI, NOON, OLA, OpenStore, change, leave, message, turned

DAY = timedelta(days=1)
THIRD = Number("+4790000003")


def put(store: OpenStore, *subscribers: Subscriber) -> None:
    with store.begin() as work:
        for each in subscribers:
            if work.subscribers.get(each.number) is None:
                work.subscribers.add(each)
            work.subscribers.put(each)
        work.commit()


def losing(
    store: OpenStore,
    state: State = State.NEW,
    *,
    now: datetime = NOON,
    after: Number | None = None,
    limit: int = 9,
) -> Sequence[Number]:
    with store.look() as work:
        found = work.subscribers.losing(
            state, since=NOON - 2 * DAY, until=NOON - DAY, now=now, after=after, limit=limit
        )
    return [each.number for each in found]


def test_an_absence_greeting_is_told_of_when_its_time_has_come(store: OpenStore) -> None:
    put(
        store,
        Subscriber(KARI, absence_reminder_at=NOON),
        Subscriber(OLA, absence_reminder_at=NOON + timedelta(seconds=1)),
        Subscriber(THIRD, absence_reminder_at=NOON - DAY),
    )
    with store.look() as work:
        due = work.subscribers.to_remind_of_absence(now=NOON)
        assert [each.number for each in due] == [KARI, THIRD]
        assert due[0] == Subscriber(KARI, absence_reminder_at=NOON)
        paged = work.subscribers.to_remind_of_absence(now=NOON, limit=1)
        rest = work.subscribers.to_remind_of_absence(now=NOON, after=KARI)
    assert [each.number for each in (*paged, *rest)] == [KARI, THIRD]


@pytest.mark.parametrize(
    ("age", "found"), [(2.001, False), (2, True), (1.5, True), (1.001, True), (1, False), (0, False)]
)
def test_a_new_message_counts_from_its_arrival(store: OpenStore, age: float, *, found: bool) -> None:
    leave(store, message(minutes=-age * 24 * 60))
    assert losing(store) == ([KARI] if found else [])
    assert losing(store, State.SAVED) == []


def test_any_other_counts_from_its_last_change(store: OpenStore) -> None:
    saved = leave(store, message(minutes=-9 * 24 * 60))
    change(store, turned(saved, State.SAVED, at=NOON - 1.5 * DAY))
    assert losing(store, State.SAVED) == [KARI]
    assert losing(store) == []


def test_nobody_is_looked_at_before_the_next_time(store: OpenStore) -> None:
    leave(store, message(minutes=-36 * 60))
    put(store, Subscriber(KARI, removals_look_at=NOON + timedelta(seconds=1)))
    assert losing(store) == []
    assert losing(store, now=NOON + timedelta(seconds=1)) == [KARI]


def test_each_mailbox_comes_once_by_number_page_by_page(store: OpenStore) -> None:
    put(store, Subscriber(THIRD))
    for turn, mailbox in enumerate((OLA, KARI, THIRD, KARI)):
        leave(store, message(f"{turn}.1", mailbox=mailbox, minutes=-36 * 60))
    assert losing(store) == [KARI, OLA, THIRD]
    assert losing(store, limit=2) == [KARI, OLA]
    assert losing(store, after=OLA) == [THIRD]
