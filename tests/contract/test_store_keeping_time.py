"""From when a message is kept, whatever the clock says: from no earlier than the clock was last believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.model.message import Marks, Message, State
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from tests.contract.stores import KARI, NOON, SOUND, OpenStore, change, leave, message, turned

HALF_A_YEAR = timedelta(days=180)
BEHIND = NOON - HALF_A_YEAR
MINUTES_BEHIND = -HALF_A_YEAR.total_seconds() / 60
MOMENT = timedelta(microseconds=1)


def believed(store: OpenStore, at: datetime) -> None:
    with store.begin() as work:
        work.upkeep.put(Reckoning(at, Uptime("a-boot", 1000)))
        work.commit()


def counts_from(store: OpenStore, it: Message, at: datetime) -> bool:
    """By what the message says of itself, and by what retention finds."""
    with store.begin() as work:
        kept = work.messages.get(it.id)
        assert kept is not None
        just_old = [one.id for one in work.messages.expired(kept.state, before=at + MOMENT)]
        many = work.messages.count_expired(kept.state, before=at)
        old = [one.id for one in work.messages.expired(kept.state, before=at)]
    return (kept.since, just_old, many, old) == (at, [it.id], 0, [])


def test_before_the_clock_was_ever_believed_it_counts_from_the_arrival(store: OpenStore) -> None:
    left = leave(store, message(minutes=MINUTES_BEHIND))
    assert left.since == BEHIND
    assert counts_from(store, left, BEHIND)


def test_what_comes_by_a_clock_behind_counts_from_when_that_was_last_believed(store: OpenStore) -> None:
    believed(store, NOON)
    left = leave(store, message(minutes=MINUTES_BEHIND))
    assert (left.since, left.received_at) == (NOON, BEHIND)
    assert counts_from(store, left, NOON)


def test_what_comes_by_a_clock_that_is_right_counts_from_its_arrival(store: OpenStore) -> None:
    believed(store, NOON)
    assert counts_from(store, leave(store, message(minutes=30)), NOON + timedelta(minutes=30))


def test_so_it_is_of_what_becomes_of_it(store: OpenStore) -> None:
    left = leave(store, message())
    believed(store, NOON + timedelta(days=3))
    for state in (State.HEARD, State.SAVED, State.DELETED, State.NEW):
        change(store, turned(left, state, at=BEHIND))
        assert counts_from(store, left, NOON + timedelta(days=3))
    later = NOON + timedelta(days=4)
    change(store, turned(left, State.DELETED, at=later))
    assert counts_from(store, left, later)


def test_who_writes_a_change_is_told_from_when_it_counts(store: OpenStore) -> None:
    left = leave(store, message())
    believed(store, NOON + timedelta(days=3))
    with store.begin() as work:
        work.messages.put(turned(left, State.SAVED, at=BEHIND))
        assert [it.since for it in work.messages.written] == [NOON + timedelta(days=3)]


def test_a_mark_or_another_sound_lengthens_no_life(store: OpenStore) -> None:
    left = leave(store, message())
    heard = turned(leave(store, message("heard", minutes=-5)), State.HEARD, at=NOON + timedelta(minutes=1))
    change(store, heard)
    believed(store, NOON + timedelta(days=3))
    flagged = Marks(frozenset({"\\Flagged"}), hidden=True, downloaded_at=NOON)
    with store.begin() as work:
        longer = work.sounds.add(SOUND * 2, of=KARI)
        work.messages.put(replace(left, sound=longer))
        work.messages.put(replace(heard, marks=flagged))
        work.commit()
    assert counts_from(store, left, NOON)
    assert counts_from(store, heard, NOON + timedelta(minutes=1))


def test_it_counts_from_no_earlier_because_the_clock_is_believed_at_an_earlier_moment_now(
    store: OpenStore,
) -> None:
    believed(store, NOON)
    left = leave(store, message(minutes=MINUTES_BEHIND))
    believed(store, BEHIND)
    assert counts_from(store, left, NOON)
