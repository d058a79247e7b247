"""The ledger: every try is told, and one that nobody came back from is told as unknown (ports.Outbox)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from personsvar.mailbox.model.ids import NoticeId, Sealed
from personsvar.mailbox.model.ledger import AttemptOutcome, History
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.storage.tables import notice_attempts, notice_parts, receipts
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.contract.outbox import (
    DELIVERED,
    FAILED,
    add,
    claim,
    history,
    look,
    put,
    receipt,
    receive,
    send,
    settled,
    tried,
    write_back,
)
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, Shop, leave, message, notice, subscribe

ACCEPTED, REFUSED, LATER, UNKNOWN = AttemptOutcome
SENT = NoticeStatus.SENT
LEDGER = (notice_attempts, notice_parts, receipts)


def after(**much: float) -> datetime:
    return NOON + timedelta(**much)


def resend(store: OpenStore, which: NoticeId, *, now: datetime = NOON) -> None:
    with store.begin() as work:
        assert work.outbox.resend(which, now=now)
        work.commit()


def test_many_are_written_back_at_once_and_only_those_that_are_ours(store: OpenStore) -> None:
    ids = [add(store, f"n{n}", seconds=n / 100) for n in range(60)]
    held = claim(store, now=after(seconds=1), limit=60)
    (taken_over,) = claim(store, now=after(seconds=61), limit=1)
    said = [settled(each, SENT, tried(ACCEPTED, f"id-{each.id}")) for each in held]
    assert write_back(store, *said, now=after(seconds=62)) == set(ids) - {taken_over.id}
    assert look(store, taken_over.id) == taken_over
    assert history(store, taken_over.id).attempts == (replace(tried(UNKNOWN, gateway=""), number=1),)
    for each in ids[1:]:
        assert look(store, each).status is SENT
        assert [it.ids for it in history(store, each).attempts] == [(f"id-{each}",)]


def test_a_batch_may_hold_every_kind_of_ending_and_one_notice_twice(store: OpenStore) -> None:
    for n in range(4):
        add(store, f"n{n}", seconds=n)
    sent, later, refused, dead = claim(store, now=after(seconds=9))
    next_at = after(minutes=1)
    ours = write_back(
        store,
        settled(sent, SENT, tried(ACCEPTED, "a", "b", seconds=1)),
        settled(later, NoticeStatus.READY, tried(LATER, error="throttled"), next_at=next_at),
        settled(refused, NoticeStatus.FAILED, tried(REFUSED, error="no such number")),
        settled(dead, NoticeStatus.DEAD),
        settled(sent, NoticeStatus.DEAD, tried(REFUSED, error="said twice")),
        now=after(seconds=10),
    )
    assert ours == {sent.id, later.id, refused.id, dead.id}
    told = {each.id: (each.status, each.error, each.finished_at) for each in listed(store)}
    assert told == {
        sent.id: (SENT, None, after(seconds=10)),
        later.id: (NoticeStatus.READY, "throttled", None),
        refused.id: (NoticeStatus.FAILED, "no such number", after(seconds=10)),
        dead.id: (NoticeStatus.DEAD, None, after(seconds=10)),
    }
    assert look(store, later.id).next_at == next_at
    assert history(store, sent.id).attempts == (tried(ACCEPTED, "a", "b", seconds=1),)
    assert history(store, dead.id) == History()


def listed(store: OpenStore) -> list[Notice]:
    with store.look() as work:
        return list(work.outbox.list())


def test_nothing_to_write_back_is_nothing(store: OpenStore) -> None:
    assert write_back(store) == frozenset()


def test_each_try_is_told_in_its_order(store: OpenStore) -> None:
    added = add(store)
    said = [
        tried(LATER, error="throttled"),
        tried(UNKNOWN, seconds=100, error="no answer"),
        tried(ACCEPTED, "7f", seconds=200),
    ]
    for attempt in said:
        (held,) = claim(store, now=attempt.at)
        status = SENT if attempt.outcome is ACCEPTED else NoticeStatus.READY
        write_back(store, settled(held, status, attempt, next_at=attempt.at), now=attempt.at)
    numbered = [replace(attempt, number=number) for number, attempt in enumerate(said, start=1)]
    assert history(store, added).attempts == tuple(numbered)


def test_a_try_whose_worker_died_is_told_as_unknown_once_it_is_lost(store: OpenStore) -> None:
    added = add(store)
    claim(store)
    assert history(store, added) == History()
    (second,) = claim(store, now=after(seconds=61))
    (lost,) = history(store, added).attempts
    assert (lost.number, lost.outcome, lost.gateway, lost.ids) == (1, UNKNOWN, "", ())
    write_back(store, settled(second, SENT, tried(ACCEPTED, "1", seconds=62)))
    outcomes = [(each.number, each.outcome) for each in history(store, added).attempts]
    assert outcomes == [(1, UNKNOWN), (2, ACCEPTED)]


def test_a_try_in_which_nothing_was_handed_over_is_none(store: OpenStore) -> None:
    """The gateway was away: it neither counts against the limit nor stands in the ledger."""
    added = add(store)
    for minutes in range(3):
        (held,) = claim(store, now=after(minutes=minutes))
        assert held.attempts == 1
        again = settled(held, NoticeStatus.READY, next_at=after(minutes=minutes + 1), spent=False)
        write_back(store, again)
        assert look(store, added).attempts == 0
    assert history(store, added) == History()
    (held,) = claim(store, now=after(minutes=9))
    write_back(store, settled(held, SENT, tried(ACCEPTED, "1")))
    assert [each.number for each in history(store, added).attempts] == [1]


def test_a_notice_too_old_to_be_tried_was_not_tried(store: OpenStore) -> None:
    added = add(store)
    claim(store)
    (second,) = claim(store, now=after(days=2))
    write_back(store, settled(second, NoticeStatus.DEAD))
    assert look(store, added).attempts == 2
    assert [each.outcome for each in history(store, added).attempts] == [UNKNOWN]


def test_sent_again_by_hand_its_limit_is_new_and_its_history_goes_on(store: OpenStore) -> None:
    added = send(store, "1")
    resend(store, added)
    (held,) = claim(store)
    assert held.attempts == 1
    write_back(store, settled(held, NoticeStatus.READY, tried(LATER), next_at=NOON))
    (held,) = claim(store)
    write_back(store, settled(held, SENT, tried(ACCEPTED, "2")))
    assert look(store, added).attempts == 2
    attempts = history(store, added).attempts
    assert [(each.number, each.outcome, each.ids) for each in attempts] == [
        (1, ACCEPTED, ("1",)),
        (2, LATER, ()),
        (3, ACCEPTED, ("2",)),
    ]


def test_a_secret_erased_stays_erased_when_it_is_sent_again(store: OpenStore) -> None:
    secret = Facts(secret=Sealed(b"pin"), secret_until=after(days=7))
    added = add(store, facts=secret)
    (held,) = claim(store)
    write_back(store, settled(held, NoticeStatus.READY, tried(LATER), next_at=NOON))
    assert look(store, added).facts == secret
    (held,) = claim(store)
    write_back(store, settled(held, SENT, tried()))
    resend(store, added)
    assert look(store, added).facts == replace(secret, secret=None)


def test_the_ledger_of_a_notice_nobody_wrote_is_empty(store: OpenStore) -> None:
    assert history(store, NoticeId(4711)) == History()


def test_a_notice_may_be_held_back_until_its_time(store: OpenStore) -> None:
    morning = after(hours=19)
    (added,) = put(store, replace(notice(), due_at=morning))
    assert added is not None
    assert claim(store, now=morning - timedelta(seconds=1)) == []
    (held,) = claim(store, now=morning)
    assert (held.id, held.next_at, held.created_at) == (added, morning, NOON)


@pytest.fixture
def mixed(store: OpenStore) -> OpenStore:
    """A dozen notices, a minute apart: by turns of two numbers, three channels, two kinds, two states."""
    for n in range(12):
        to, channel = (KARI, OLA)[n % 2], (Channel.SMS, Channel.EMAIL, Channel.MMS)[n % 3]
        kind = NoticeKind.LOCKED_OUT if n % 4 == 3 else NoticeKind.NEW_MESSAGE
        put(store, NewNotice(to, kind, channel, f"n{n}", after(minutes=n)))
    held = claim(store, now=after(minutes=5), channels=("sms", "email", "mms"))
    write_back(store, *(settled(each, SENT, tried()) for each in held))
    return store


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, (11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)),
        ({"limit": 2}, (11, 10)),
        ({"to": KARI}, (10, 8, 6, 4, 2, 0)),
        ({"channel": Channel.MMS}, (11, 8, 5, 2)),
        ({"kind": NoticeKind.LOCKED_OUT}, (11, 7, 3)),
        ({"status": SENT}, (5, 4, 3, 2, 1, 0)),
        ({"status": NoticeStatus.DEAD}, ()),
        ({"since": after(minutes=3), "until": after(minutes=5)}, (4, 3)),
        ({"to": OLA, "channel": Channel.EMAIL, "status": SENT, "since": NOON}, (1,)),
        ({"to": CALLER}, ()),
    ],
)
def test_the_ledger_is_asked_by_what_is_known(
    mixed: OpenStore, asked: dict[str, object], found: tuple[int, ...]
) -> None:
    with mixed.look() as work:
        page = work.outbox.list(**asked)  # type: ignore[arg-type] # the table's columns are of many types
    assert [each.dedup_key for each in page] == [f"n{n}" for n in found]


def test_the_ledger_is_read_page_by_page(mixed: OpenStore) -> None:
    read: list[Notice] = []
    with mixed.look() as work:
        while page := work.outbox.list(limit=5, before_id=read[-1].id if read else None):
            read += page
        assert read == list(work.outbox.list())


def test_the_figures_tell_for_each_channel_what_waits_and_how_long(store: OpenStore) -> None:
    put(
        store,
        notice("a"),
        notice("b", seconds=10),
        notice("night", channel=Channel.EMAIL),
        replace(notice("held back", channel=Channel.MMS), due_at=after(hours=8)),
    )
    (held,) = claim(store, channels=("email",))
    with store.look() as work:
        told = {each.channel: each for each in work.outbox.figures(now=after(seconds=30))}
    assert list(told) == list(Channel)
    assert {channel: (it.queued, it.oldest_seconds) for channel, it in told.items()} == {
        Channel.SMS: (2, 30),
        Channel.MMS: (1, 0),
        Channel.EMAIL: (1, 0),
        Channel.WEBHOOK: (0, 0),
        Channel.LAMP: (0, 0),
        Channel.VISUAL: (0, 0),
        Channel.TRANSCRIPT: (0, 0),
    }
    write_back(store, settled(held, SENT, tried()))
    with store.look() as work:
        assert [it.queued for it in work.outbox.figures(now=NOON)] == [2, 1, 0, 0, 0, 0, 0]


def test_a_dead_worker_s_notice_waits_since_its_lease_ran_out(store: OpenStore) -> None:
    add(store)
    claim(store)
    with store.look() as work:
        (sms, *_) = work.outbox.figures(now=after(seconds=75))
    assert (sms.queued, sms.oldest_seconds) == (1, 15)


def test_the_owner_is_told_once_of_what_did_not_arrive(store: OpenStore) -> None:
    for key in ("a", "b", "c"):
        add(store, key, channel=Channel.EMAIL)
    for status, held in zip(
        (NoticeStatus.FAILED, NoticeStatus.DEAD, SENT), claim(store, channels=("email",)), strict=True
    ):
        write_back(store, settled(held, status, tried(REFUSED)))
    assert [untold(store), untold(store, Channel.SMS)] == [2, 0]
    with store.begin() as work:
        work.outbox.acknowledge_failures(OLA, Channel.EMAIL)
        work.outbox.acknowledge_failures(KARI, Channel.SMS)
        work.commit()
    assert untold(store) == 2
    with store.begin() as work:
        work.outbox.acknowledge_failures(KARI, Channel.EMAIL)
        work.commit()
    assert untold(store) == 0
    assert [each.owner_told for each in listed(store)] == [False, True, True]


def test_what_failed_again_after_it_was_sent_again_is_told_again(store: OpenStore) -> None:
    added = add(store, channel=Channel.EMAIL)
    for _ in range(2):
        (held,) = claim(store, channels=("email",))
        write_back(store, settled(held, NoticeStatus.FAILED, tried(REFUSED)))
        assert untold(store) == 1
        with store.begin() as work:
            work.outbox.acknowledge_failures(KARI, Channel.EMAIL)
            work.commit()
        resend(store, added)
    assert untold(store) == 0


def untold(store: OpenStore, channel: Channel = Channel.EMAIL) -> int:
    with store.look() as work:
        return work.outbox.unacknowledged_failures(KARI, channel)


def purge(store: OpenStore, *, before: datetime, limit: int = 100) -> int:
    with store.begin() as work:
        gone = work.outbox.purge(before=before, limit=limit)
        work.commit()
    return gone


def test_what_ended_long_ago_is_purged_with_its_history_oldest_first(store: OpenStore) -> None:
    """But for what is of a month: that goes with it (`test_store_months`)."""
    give_ids_of_no_month(store)
    old = [send(store, f"id-{n}", key=f"old{n}") for n in range(3)]
    receive(store, *(receipt(f"id-{n}", FAILED if n else DELIVERED) for n in range(3)))
    waiting = add(store, "waiting", channel=Channel.EMAIL)
    assert purge(store, before=NOON) == 0
    assert purge(store, before=after(days=90), limit=2) == 2
    assert [each.id for each in listed(store)] == [waiting, old[2]]
    assert purge(store, before=after(days=90)) == 1
    assert [each.id for each in listed(store)] == [waiting]
    assert history(store, old[0]) == History()
    send(store, "id-0", key="old0")
    assert receive(store, receipt("id-0")) != []


def give_ids_of_no_month(store: OpenStore) -> None:
    with store.begin() as work:
        if isinstance(work, SqlUnitOfWork) and work._connection.dialect.name == "postgresql":
            work._connection.execute(text("SELECT setval('notices_id_seq', 1, false)"))
            work.commit()


def test_what_ended_lately_stays_however_old_it_is(store: OpenStore) -> None:
    give_ids_of_no_month(store)
    added = add(store)
    (held,) = claim(store)
    write_back(store, settled(held, SENT, tried()), now=after(days=80))
    assert purge(store, before=after(days=79)) == 0
    assert look(store, added).status is SENT


def test_a_notice_is_there_as_long_as_what_it_tells_of(store: OpenStore) -> None:
    heard, removed = (leave(store, message(f"1.{n}")) for n in (1, 2))
    about = [add(store, f"m{it.id}", facts=Facts(message=it.id)) for it in (heard, removed)]
    other = add(store, "missed")
    asked = frozenset((*about, other, NoticeId(999)))
    with store.look() as work:
        assert work.outbox.still_there(asked) == {*about, other}
        assert work.outbox.still_there(frozenset()) == frozenset()
        assert work.outbox.still_there(frozenset({other})) == {other}
    with store.begin() as work:
        work.messages.remove(removed.id)
        work.commit()
    with store.look() as work:
        assert work.outbox.still_there(asked) == {about[0], other}


def test_nothing_of_the_ledger_is_left_of_one_who_left(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    send(store, "a", "b")
    receive(store, receipt("a"), receipt("b"), receipt("somebody's"))
    assert rows_of(store) == {"notice_attempts": 1, "notice_parts": 2, "receipts": 3}
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    assert rows_of(store) == {"notice_attempts": 0, "notice_parts": 0, "receipts": 1}


def rows_of(store: OpenStore) -> dict[str, int]:
    with store.look() as work:
        assert isinstance(work, SqlUnitOfWork)
        many = {table.name: select(func.count()).select_from(table) for table in LEDGER}
        return {name: work._connection.execute(count).scalar_one() for name, count in many.items()}
