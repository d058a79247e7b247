"""Notices that wait by a clock that was ahead, or that ours went back behind (`mailbox.hastening`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.hastening import CLOCKS_APART, LONGEST
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from tests.contract.outbox import add, claim, look, settle
from tests.contract.stores import NOON, OpenStore, notice

YEAR = timedelta(days=365)
AN_HOUR_LATER = 3600.0


def put_off(store: OpenStore, *, now: datetime = NOON) -> Collection[NoticeId]:
    with store.look() as work:
        found = work.outbox.put_off_by_a_clock(
            made_after=now + CLOCKS_APART, due_after=now + LONGEST, limit=100
        )
    return {notice.id for notice in found}


def make_due(store: OpenStore, which: Notice, *, at: datetime = NOON) -> bool:
    with store.begin() as work:
        done = work.outbox.make_due(which, at=at)
        work.commit()
    return done


def add_held(store: OpenStore, *, seconds: float) -> NoticeId:
    """Made now, to go out so much later."""
    new = replace(notice("held", channel=Channel.EMAIL), due_at=NOON + timedelta(seconds=seconds))
    with store.begin() as work:
        added = work.outbox.add(new)
        work.commit()
    assert added is not None
    return added


def test_what_was_made_ahead_of_now_is_found_and_goes_out_once_it_is_due(store: OpenStore) -> None:
    add(store, "now")
    add(store, "a little ahead", seconds=60)
    ahead = add(store, "ahead", seconds=AN_HOUR_LATER, channel=Channel.LAMP)
    assert put_off(store) == {ahead}
    assert claim(store, channels=("lamp",)) == []
    assert make_due(store, look(store, ahead))
    assert put_off(store) == set()
    (taken,) = claim(store, channels=("lamp",))
    assert taken.id == ahead


def test_what_waits_for_its_hour_is_not_put_off_by_a_clock(store: OpenStore) -> None:
    add_held(store, seconds=timedelta(days=1).total_seconds())
    assert put_off(store) == set()
    assert len(put_off(store, now=NOON - YEAR)) == 1


def test_one_that_was_tried_keeps_its_wait_unless_it_is_longer_than_any(store: OpenStore) -> None:
    tried = add(store, "tried")
    (held,) = claim(store)
    settle(store, held, NoticeStatus.READY, next_at=NOON + timedelta(hours=1))
    assert put_off(store, now=NOON - timedelta(hours=12)) == set()
    assert put_off(store, now=NOON - YEAR) == {tried}


def test_a_lease_of_another_year_is_found_and_ends_when_it_is_made_due(store: OpenStore) -> None:
    which = add(store, "leased")
    (held,) = claim(store, now=NOON + YEAR)
    assert put_off(store) == {which}
    assert claim(store) == []
    assert make_due(store, held)
    (again,) = claim(store)
    assert again.id == which
    assert not settle(store, held, NoticeStatus.SENT)


def test_one_that_has_changed_meanwhile_is_left_as_it_is(store: OpenStore) -> None:
    which = add(store, "ahead", seconds=AN_HOUR_LATER)
    before = look(store, which)
    later = NOON + timedelta(seconds=AN_HOUR_LATER)
    claim(store, now=later)
    assert not make_due(store, before)
