"""Who is to be reminded now (ports.Subscribers), and when a mailbox is looked at for what is removed soon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.reckoning import WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from tests.contract.stores import KARI, NOON, OLA, SOUND, OpenStore, change, leave, message, turned

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
THIRD = Number("+4790000003")
KEPT = (State.NEW, State.SAVED)


def put(store: OpenStore, *subscribers: Subscriber) -> None:
    with store.begin() as work:
        for each in subscribers:
            if work.subscribers.get(each.number) is None:
                work.subscribers.add(each)
            work.subscribers.put(each)
        work.commit()


def at(reminder: Reminder, number: Number, when: datetime | None) -> Subscriber:
    if reminder is Reminder.ABSENCE:
        return Subscriber(number, absence_reminder_at=when)
    return Subscriber(number, removals_look_at=when)


def looks(store: OpenStore, *numbers: Number) -> Sequence[datetime | None]:
    with store.look() as work:
        return [work.subscribers.need(number).removals_look_at for number in numbers]


def look(store: OpenStore, when: datetime, number: Number = KARI) -> datetime | None:
    with store.begin() as work:
        work.subscribers.look_at_removals(number, when)
        work.commit()
    return looks(store, number)[0]


@pytest.mark.parametrize("reminder", Reminder)
def test_each_is_reminded_when_the_time_has_come_the_earliest_first(
    store: OpenStore, reminder: Reminder
) -> None:
    put(store, at(reminder, KARI, NOON), at(reminder, OLA, NOON + SECOND), at(reminder, THIRD, NOON - DAY))
    with store.look() as work:
        due = work.subscribers.due(reminder, now=NOON)
    assert due == [ReminderPlace(NOON - DAY, THIRD), ReminderPlace(NOON, KARI)]
    put(store, at(reminder, THIRD, None))
    with store.look() as work:
        assert work.subscribers.due(reminder, now=NOON) == due[1:]
    others = next(it for it in Reminder if it is not reminder)
    with store.look() as work:
        assert work.subscribers.due(others, now=NOON + DAY) == []


def test_a_page_of_them_ends_anywhere_and_the_next_goes_on_there(store: OpenStore) -> None:
    times = {OLA: NOON, THIRD: NOON, KARI: NOON - DAY}
    put(store, *(at(Reminder.REMOVALS, number, when) for number, when in times.items()))
    found: list[Number] = []
    after: ReminderPlace | None = None
    with store.look() as work:
        while page := work.subscribers.due(Reminder.REMOVALS, now=NOON, after=after, limit=1):
            found += [place.number for place in page]
            after = page[-1]
    assert found == [KARI, OLA, THIRD]


def test_a_mailbox_is_looked_at_by_the_earliest_time_that_was_asked_for(store: OpenStore) -> None:
    assert look(store, NOON + DAY) == NOON + DAY
    assert look(store, NOON + 2 * DAY) == NOON + DAY
    assert look(store, NOON) == NOON
    assert looks(store, OLA) == [None]
    assert look(store, NOON, OLA) == NOON


def test_who_left_meanwhile_is_not_looked_at(store: OpenStore) -> None:
    with store.begin() as work:
        work.subscribers.look_at_removals(THIRD, NOON)
        work.commit()
    with store.look() as work:
        assert work.subscribers.due(Reminder.REMOVALS, now=NOON) == []


def test_all_that_have_such_messages_are_looked_at_now_page_by_page(store: OpenStore) -> None:
    put(store, at(Reminder.REMOVALS, THIRD, NOON - DAY), at(Reminder.REMOVALS, OLA, NOON + DAY))
    for turn, mailbox in enumerate((OLA, THIRD, THIRD, KARI, KARI)):
        leave(store, message(f"{turn}.1", mailbox=mailbox))
    with store.begin() as work:
        first = work.subscribers.look_at_all_removals(now=NOON, states=KEPT, limit=2)
        rest = work.subscribers.look_at_all_removals(now=NOON, states=KEPT, after=first[-1], limit=2)
        assert work.subscribers.look_at_all_removals(now=NOON, states=KEPT, after=rest[-1]) == []
        work.commit()
    assert (first, rest) == ([KARI, OLA], [THIRD])
    assert looks(store, KARI, OLA, THIRD) == [NOON, NOON, NOON - DAY]


def test_of_other_messages_nobody_is_warned(store: OpenStore) -> None:
    change(store, turned(leave(store, message()), State.HEARD))
    with store.begin() as work:
        assert work.subscribers.look_at_all_removals(now=NOON, states=KEPT) == []


def test_what_was_written_in_a_transaction_is_known_at_its_end(store: OpenStore) -> None:
    before = leave(store, message())
    with store.begin() as work:
        assert work.messages.written == []
        added = work.messages.add(
            replace(message("spool-2", mailbox=OLA), sound=work.sounds.add(SOUND, of=OLA))
        )
        saved = turned(before, State.SAVED)
        work.messages.put(saved)
        assert work.messages.written == [added, saved]


def test_the_terms_of_warning_are_kept(store: OpenStore) -> None:
    with store.look() as work:
        assert work.upkeep.warning_terms() is None
    for terms in (
        WarningTerms("new 30", NOON, settled=False),
        WarningTerms("new 9", NOON + DAY, settled=True),
    ):
        with store.begin() as work:
            work.upkeep.put_warning_terms(terms)
            work.commit()
        with store.look() as work:
            assert work.upkeep.warning_terms() == terms
