"""Calendars (ports.Calendars): kept whole, taken under a lease, counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedFigures, FeedTrouble, FeedVersion
from personsvar.mailbox.model.ids import CalendarId, Number, Sealed
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, Shop, subscribe

HOUR = timedelta(hours=1)
PLAIN = CalendarFeed(CalendarId(0), KARI, Sealed(b"sealed \x00\xff"), "calendar.example.test", NOON, NOON)
FULL = replace(
    PLAIN,
    word="Borte på tur",
    time_zone="Europe/Oslo",
    version=FeedVersion('"v1"', "Mon, 02 Mar 2026 08:00:00 GMT", "d1f2"),
    fetched_at=NOON + HOUR,
    read_at=NOON,
    spells=12,
    unread=3,
    failing_since=NOON + 2 * HOUR,
    failures=4,
    trouble=FeedTrouble.NO_CALENDAR,
    owner_told=True,
    lease="a token",
)


def keep(store: OpenStore, *feeds: CalendarFeed) -> list[CalendarFeed]:
    with store.begin() as work:
        added = [work.calendars.add(feed) for feed in feeds]
        work.commit()
    return added


def kept(store: OpenStore, of: Number = KARI) -> list[CalendarFeed]:
    with store.look() as work:
        return list(work.calendars.of(of))


def claim(store: OpenStore, now: datetime = NOON, limit: int = 10) -> list[CalendarFeed]:
    with store.begin() as work:
        claimed = work.calendars.claim(now=now, lease_seconds=60, limit=limit)
        work.commit()
    return sorted(claimed, key=lambda feed: feed.id)


def test_a_whole_value_in_is_the_whole_value_out(store: OpenStore) -> None:
    for value in (PLAIN, FULL):
        (added,) = keep(store, value)
        assert added == replace(value, id=added.id)
        with store.begin() as work:
            assert work.calendars.get(added.id, for_change=True) == added
            work.calendars.put(replace(PLAIN, id=added.id))
            work.commit()
        with store.look() as work:
            assert work.calendars.get(added.id) == replace(PLAIN, id=added.id)


def test_each_subscriber_has_those_of_his_own_in_the_order_they_were_added(store: OpenStore) -> None:
    first, other, second = keep(store, PLAIN, replace(PLAIN, mailbox=OLA), FULL)
    assert kept(store) == [first, second]
    assert kept(store, OLA) == [other]
    assert kept(store, CALLER) == []


def test_all_are_listed_page_by_page_or_those_that_fail(store: OpenStore) -> None:
    first, second, third = keep(store, PLAIN, FULL, replace(PLAIN, mailbox=OLA))
    with store.look() as work:
        assert work.calendars.list(limit=2) == [first, second]
        assert work.calendars.list(after=second.id) == [third]
        assert work.calendars.list(failing=True) == [second]


def test_who_is_no_subscriber_can_have_none(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.calendars.add(replace(PLAIN, mailbox=CALLER))


def test_one_that_is_gone_stays_gone_and_its_id_is_not_given_again(store: OpenStore) -> None:
    (feed,) = keep(store, PLAIN)
    with store.begin() as work:
        work.calendars.remove(feed.id)
        work.calendars.remove(CalendarId(4711))
        work.calendars.put(feed)
        assert work.calendars.get(feed.id, for_change=True) is None
        work.commit()
    assert kept(store) == []
    assert keep(store, PLAIN)[0].id > feed.id


def test_they_go_with_their_subscriber(store: OpenStore) -> None:
    keep(store, PLAIN, replace(PLAIN, mailbox=OLA))
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    subscribe(store, KARI)
    assert kept(store) == []
    assert len(kept(store, OLA)) == 1


def test_what_is_due_is_taken_the_longest_due_first_and_once(store: OpenStore) -> None:
    late, later, tomorrow = keep(
        store, replace(PLAIN, due_at=NOON - HOUR), PLAIN, replace(PLAIN, due_at=NOON + HOUR)
    )
    assert [feed.id for feed in claim(store, limit=1)] == [late.id]
    (claimed,) = claim(store)
    assert claimed == replace(later, lease=claimed.lease, due_at=NOON + timedelta(seconds=60))
    assert claimed.lease
    assert claim(store) == []
    assert [feed.id for feed in claim(store, NOON + HOUR)] == [late.id, later.id, tomorrow.id]


def test_one_alone_can_be_asked_for(store: OpenStore) -> None:
    _, second = keep(store, PLAIN, PLAIN)
    with store.begin() as work:
        (claimed,) = work.calendars.claim(now=NOON, lease_seconds=60, limit=5, only=second.id)
        assert claimed.id == second.id
        assert work.calendars.claim(now=NOON, lease_seconds=60, limit=5, only=second.id) == []


def test_a_lease_that_ran_out_is_taken_with_another_token(store: OpenStore) -> None:
    keep(store, PLAIN)
    (first,) = claim(store)
    (second,) = claim(store, NOON + timedelta(seconds=60))
    assert first.lease != second.lease
    assert kept(store) == [second]


def test_what_is_undone_was_never_taken(store: OpenStore) -> None:
    keep(store, PLAIN)
    with store.begin() as work:
        assert len(work.calendars.claim(now=NOON, lease_seconds=60, limit=9)) == 1
    assert len(claim(store)) == 1


def test_two_who_take_at_the_same_moment_take_each_a_feed_once(sql_shop: Shop) -> None:
    stores = [sql_shop.store() for _ in range(4)]
    subscribe(stores[0], KARI)
    keep(stores[0], *[PLAIN] * 40)
    with ThreadPoolExecutor(4) as threads:
        taken = [feed.id for some in threads.map(lambda it: claim(it, limit=10), stores) for feed in some]
    assert len(taken) == len(set(taken))
    assert len(taken) + len(claim(stores[0], limit=40)) == 40


def test_they_are_counted(store: OpenStore) -> None:
    with store.look() as work:
        assert work.calendars.figures(now=NOON) == FeedFigures()
    keep(store, FULL, replace(PLAIN, created_at=NOON - HOUR), replace(PLAIN, fetched_at=NOON + HOUR))
    with store.look() as work:
        assert work.calendars.figures(now=NOON + HOUR) == FeedFigures(3, 1, 7200)


def test_nothing_secret_stands_in_what_is_logged_of_it() -> None:
    for hidden in ("sealed", "Borte", "a token"):
        assert hidden not in repr(FULL)
