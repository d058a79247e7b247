"""How often something happened: each thing counted once, whoever counts and whoever dies meanwhile."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.tally import Counted, Occurrence, Stretch, TallySubject
from personsvar.mailbox.ports.store import Store
from tests.contract.outbox import (
    DELIVERED,
    FAILED,
    add,
    claim,
    receipt,
    receive,
    send,
    settle,
    settled,
    write_back,
)
from tests.contract.stores import KARI, NOON, OpenStore, Shop, subscribe
from tests.contract.test_store_calls import called, write
from tests.contract.test_store_size import plans_of

HOUR = timedelta(hours=1)
DAY = [NOON - 12 * HOUR, NOON + 12 * HOUR]
MESSAGE, MISSED = Counted.call(CameOf.MESSAGE), Counted.call(CameOf.MISSED)
SENT = Counted.notice(Channel.SMS, NoticeStatus.SENT)
ARRIVED = Counted.notice(Channel.SMS, NoticeStatus.DELIVERED)
LOST = Counted.notice(Channel.SMS, NoticeStatus.FAILED)

READ_THROUGH = re.compile(
    r"SCAN (tallies|calls(?! USING INDEX ix_calls_uncounted))|Seq Scan on (tallies|calls)"
)


def count(store: Store, *, limit: int = 100) -> int:
    with store.begin() as work:
        counted = work.tallies.count_up(limit=limit)
        work.commit()
    return counted


def day(store: Store, stretch: Stretch = Stretch.HOUR) -> dict[Counted, int]:
    """What there was of each thing on the day, without what went and came again."""
    with store.look() as work:
        (sums,) = work.tallies.sums(stretch, DAY)
    return {what: times for what, times in sums.items() if times}


def happen(store: Store, *occurrences: Occurrence) -> None:
    with store.begin() as work:
        work.tallies.add(occurrences)
        work.commit()


def is_behind(store: Store) -> bool:
    with store.look() as work:
        return work.tallies.is_behind()


def test_calls_are_counted_once_by_what_came_of_them(store: OpenStore) -> None:
    write(store, called("1"), called("2", minutes=1), called("3", minutes=2, came_of=CameOf.MISSED))
    assert is_behind(store)
    assert (count(store), count(store)) == (3, 0)
    assert not is_behind(store)
    for stretch in Stretch:
        assert day(store, stretch) == {MESSAGE: 2, MISSED: 1}


def test_a_call_that_became_a_message_later_is_counted_as_one(store: OpenStore) -> None:
    write(store, called(came_of=CameOf.MISSED))
    count(store)
    write(store, called(came_of=CameOf.MESSAGE))
    assert is_behind(store)
    count(store)
    assert day(store) == {MESSAGE: 1}


def test_what_was_undone_was_not_counted(store: OpenStore) -> None:
    """Who dies half-way has counted nothing, and the next one counts it all."""
    write(store, called())
    happen(store, Occurrence(NOON, SENT, 5))
    with store.begin() as work:
        assert work.tallies.count_up(limit=10) == 2
    assert is_behind(store)
    assert day(store) == {}
    count(store)
    assert day(store) == {MESSAGE: 1, SENT: 5}


def test_much_is_counted_in_small_parts(store: OpenStore) -> None:
    write(store, *(called(str(n), minutes=n) for n in range(7)))
    assert [count(store, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert day(store) == {MESSAGE: 7}


def test_a_call_counts_in_the_hour_it_began_in_however_late_it_came(store: OpenStore) -> None:
    write(store, called("1", minutes=-1), called("2"), called("3", minutes=59.9), called("4", minutes=60))
    count(store)
    edges = [NOON + n * HOUR for n in range(-1, 3)]
    with store.look() as work:
        sums = work.tallies.sums(Stretch.HOUR, edges)
        hours = work.tallies.by_stretch(Stretch.HOUR, TallySubject.CALL, since=edges[0], until=edges[-1])
        first = work.tallies.first(Stretch.HOUR)
    assert [dict(each) for each in sums] == [{MESSAGE: 1}, {MESSAGE: 2}, {MESSAGE: 1}]
    assert dict(hours) == {edges[0]: 1, edges[1]: 2, edges[2]: 1}
    assert first == edges[0]


def test_quarters_of_an_hour_are_counted_too(store: OpenStore) -> None:
    write(store, *(called(str(n), minutes=5 * n) for n in range(12)))
    count(store)
    quarters = [NOON + n * timedelta(minutes=15) for n in range(5)]
    with store.look() as work:
        found = work.tallies.sums(Stretch.QUARTER, quarters)
    assert [dict(each) for each in found] == [{MESSAGE: 3}] * 4


def test_what_is_asked_for_lies_between_its_edges(store: OpenStore) -> None:
    happen(store, Occurrence(NOON - HOUR, SENT), Occurrence(NOON, SENT, 2), Occurrence(NOON + HOUR, SENT, 4))
    count(store)
    with store.look() as work:
        assert work.tallies.sums(Stretch.HOUR, [NOON, NOON + HOUR]) == [{SENT: 2}]
        assert work.tallies.sums(Stretch.HOUR, [NOON + 5 * HOUR, NOON + 6 * HOUR]) == [{}]


# ---- notices


def test_a_notice_is_counted_when_it_was_sent_and_when_it_arrived(store: OpenStore) -> None:
    send(store, "a")
    count(store)
    assert day(store) == {SENT: 1}
    receive(store, receipt("a", DELIVERED))
    receive(store, receipt("a", DELIVERED))
    count(store)
    assert day(store) == {SENT: 1, ARRIVED: 1}


def test_one_that_the_network_lost_is_counted_as_sent_and_as_failed(store: OpenStore) -> None:
    send(store, "a", "b")
    receive(store, receipt("a", FAILED), receipt("b", FAILED))
    count(store)
    assert day(store) == {SENT: 1, LOST: 1}


def test_one_whose_receipt_was_quicker_was_sent_all_the_same(store: OpenStore) -> None:
    receive(store, receipt("early"))
    send(store, "early")
    count(store)
    assert day(store) == {SENT: 1, ARRIVED: 1}


def test_one_that_is_tried_again_is_not_counted_yet(store: OpenStore) -> None:
    add(store)
    (held,) = claim(store)
    settle(store, held, NoticeStatus.READY, next_at=NOON)
    assert not is_behind(store)
    (again,) = claim(store)
    settle(store, again, NoticeStatus.DEAD)
    count(store)
    assert day(store) == {Counted.notice(Channel.SMS, NoticeStatus.DEAD): 1}


def test_a_write_back_in_vain_counts_nothing(store: OpenStore) -> None:
    add(store)
    (held,) = claim(store)
    (taken_over,) = claim(store, now=NOON + HOUR)
    assert not settle(store, held, NoticeStatus.SENT)
    assert not is_behind(store)
    assert settle(store, taken_over, NoticeStatus.SENT)
    count(store)
    assert day(store) == {SENT: 1}


def test_channels_are_counted_apart(store: OpenStore) -> None:
    for channel in Channel:
        add(store, f"message:1:{channel}", channel=channel)
    held = claim(store, channels=tuple(Channel))
    write_back(store, *(settled(each, NoticeStatus.SENT) for each in held))
    count(store)
    assert day(store) == {Counted.notice(channel, NoticeStatus.SENT): 1 for channel in Channel}


# ---- for how long it is kept


def test_those_past_their_time_go_a_few_at_a_time(store: OpenStore) -> None:
    happen(store, *(Occurrence(NOON + n * HOUR, SENT) for n in range(6)))
    count(store)

    def gone() -> int:
        with store.begin() as work:
            removed = work.tallies.purge(Stretch.HOUR, before=NOON + 3 * HOUR, limit=2)
            work.commit()
        return removed

    assert [gone() for _ in range(3)] == [2, 1, 0]
    assert day(store) == {SENT: 3}
    assert day(store, Stretch.QUARTER) == {SENT: 6}


def test_all_goes_by_an_index(sql_shop: Shop) -> None:
    """However many calls there are, counted ones are not looked at again."""
    store = sql_shop.store()
    subscribe(store, KARI)
    write(store, *(called(str(n), minutes=n) for n in range(500)))
    count(store, limit=500)
    write(store, called("new"))
    happen(store, *(Occurrence(NOON, SENT) for _ in range(50)))
    edges = [NOON + n * HOUR for n in range(25)]
    uses = {
        "is behind": lambda work: work.tallies.is_behind(),
        "count up": lambda work: work.tallies.count_up(limit=5),
        "sums": lambda work: work.tallies.sums(Stretch.HOUR, edges),
        "by stretch": lambda work: work.tallies.by_stretch(
            Stretch.HOUR, TallySubject.CALL, since=edges[0], until=edges[-1]
        ),
        "first": lambda work: work.tallies.first(Stretch.HOUR),
        "purge": lambda work: work.tallies.purge(Stretch.HOUR, before=NOON, limit=9),
    }
    plans = {use: plans_of(store, uses[use]) for use in uses}
    assert "ix_calls_uncounted" in plans["count up"][0]
    assert "ix_calls_uncounted" in plans["is behind"][0]
    assert [use for use, found in plans.items() if any(READ_THROUGH.search(each) for each in found)] == []


def test_a_stretch_begins_at_the_full_hour_or_quarter() -> None:
    at = datetime(2025, 3, 3, 12, 59, 59, 999999, tzinfo=UTC)
    assert Stretch.HOUR.begin(at) == NOON
    assert Stretch.QUARTER.begin(at) == NOON + timedelta(minutes=45)
    assert Counter(Stretch.HOUR.begin(NOON + n * timedelta(minutes=15)) for n in range(4)) == {NOON: 4}
