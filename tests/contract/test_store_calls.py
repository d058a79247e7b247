"""The call log's rows: one a call, by mailbox, caller and time, newest first, gone with their subscriber."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import insert

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import CallRecordId, Number, SpoolId
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.storage.tables import calls
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, Shop, subscribe
from tests.contract.test_store_size import connection_of, plans_of

EVERY = CallsWanted()
MANY = 3_000


def called(
    call_id: str = "1700000000.1",
    *,
    minutes: float = 0,
    mailbox: Number | None = KARI,
    caller: Number | None = CALLER,
    came_of: CameOf = CameOf.MESSAGE,
    seconds: float = 21.5,
) -> CallRecord:
    began_at = NOON + timedelta(minutes=minutes)
    return CallRecord(SpoolId(call_id), began_at, caller, mailbox, came_of, seconds)


def write(store: Store, *records: CallRecord) -> None:
    with store.begin() as work:
        for record in records:
            work.call_log.add(record)
        work.commit()


def page(work: UnitOfWork, *, only: CallsWanted, behind: CallPlace | None) -> list[CallRecord]:
    return list(work.call_log.list(only, behind=behind, limit=20))


def listed(store: Store, only: CallsWanted = EVERY) -> list[CallRecord]:
    with store.look() as work:
        return list(work.call_log.list(only))


def test_what_is_written_is_read_as_it_was(store: OpenStore) -> None:
    missed = replace(called(came_of=CameOf.MISSED), reason=MissedReason.MAILBOX_FULL)
    opened = replace(called("2.1", minutes=-1, came_of=CameOf.OWNER), listened=True)
    withheld = called("3.1", minutes=-2, caller=None, mailbox=None, came_of=CameOf.NOT_SERVED)
    write(store, withheld, missed, opened)
    found = listed(store)
    assert [replace(it, id=CallRecordId(0)) for it in found] == [missed, opened, withheld]
    assert len({it.id for it in found}) == 3


def test_a_call_has_one_row_however_often_it_is_written(store: OpenStore) -> None:
    write(store, called())
    write(store, called(seconds=3), called(came_of=CameOf.MISSED), called(came_of=CameOf.NOT_SERVED))
    (there,) = listed(store)
    assert (there.came_of, there.seconds) == (CameOf.MESSAGE, 21.5)


def test_the_switch_s_id_may_come_again_at_another_time(store: OpenStore) -> None:
    write(store, called(), called(minutes=1, mailbox=OLA))
    assert [it.mailbox for it in listed(store)] == [OLA, KARI]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (CameOf.MISSED, CameOf.MESSAGE),
        (CameOf.NOT_SERVED, CameOf.MESSAGE),
        (CameOf.NOT_SERVED, CameOf.MISSED),
    ],
)
def test_a_call_that_became_more_since_is_told_so(store: OpenStore, before: CameOf, after: CameOf) -> None:
    nobody_s = before is CameOf.NOT_SERVED
    write(store, called(came_of=before, mailbox=None if nobody_s else KARI, seconds=9))
    write(store, called(came_of=after, seconds=30))
    (there,) = listed(store)
    assert (there.came_of, there.mailbox, there.seconds) == (after, KARI, 30)


def test_a_recording_that_grew_makes_its_call_longer_and_never_shorter(store: OpenStore) -> None:
    for seconds in (20, 40, 30):
        write(store, called(seconds=seconds))
    assert [it.seconds for it in listed(store)] == [40]


def test_one_that_is_undone_is_not_there(store: OpenStore) -> None:
    with store.begin() as work:
        work.call_log.add(called())
    assert listed(store) == []


def test_they_are_found_by_mailbox_caller_outcome_and_time(store: OpenStore) -> None:
    write(
        store,
        called("1.1"),
        called("1.2", minutes=1, mailbox=OLA),
        called("1.3", minutes=2, caller=OLA, came_of=CameOf.MISSED),
        called("1.4", minutes=3, caller=None),
    )
    wanted = {
        CallsWanted(): ["1.4", "1.3", "1.2", "1.1"],
        CallsWanted(mailbox=KARI): ["1.4", "1.3", "1.1"],
        CallsWanted(caller=CALLER): ["1.2", "1.1"],
        CallsWanted(mailbox=KARI, caller=CALLER): ["1.1"],
        CallsWanted(came_of=CameOf.MISSED): ["1.3"],
        CallsWanted(since=NOON + timedelta(minutes=2)): ["1.4", "1.3"],
        CallsWanted(until=NOON + timedelta(minutes=1)): ["1.1"],
        CallsWanted(mailbox=CALLER): [],
    }
    assert {only: [it.call_id for it in listed(store, only)] for only in wanted} == wanted


def test_pages_hold_each_call_once_also_those_of_one_moment(store: OpenStore) -> None:
    write(store, *(called(f"1.{number}", minutes=number // 4) for number in range(10)))
    seen: list[str] = []
    behind = None
    with store.look() as work:
        while found := work.call_log.list(CallsWanted(mailbox=KARI), behind=behind, limit=3):
            seen += [it.call_id for it in found]
            behind = CallPlace(found[-1].began_at, found[-1].id)
    assert seen == [f"1.{number}" for number in reversed(range(10))]


def test_the_oldest_go_first_and_no_more_than_asked(store: OpenStore) -> None:
    write(store, *(called(f"1.{number}", minutes=number) for number in range(5)))
    with store.begin() as work:
        assert work.call_log.purge(before=NOON + timedelta(minutes=4), limit=3) == 3
        assert work.call_log.purge(before=NOON + timedelta(minutes=4), limit=3) == 1
        work.commit()
    assert [it.call_id for it in listed(store)] == ["1.4"]


def test_they_go_with_their_subscriber_and_so_do_those_of_his_that_concern_nobody_else(
    store: OpenStore,
) -> None:
    write(
        store,
        called("1.1"),
        called("1.2", mailbox=None, caller=KARI, came_of=CameOf.NO_LOG_IN),
        called("1.3", mailbox=OLA, caller=KARI),
    )
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    assert [it.call_id for it in listed(store)] == ["1.3"]


def test_a_long_log_is_read_and_tidied_by_its_indexes(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI, OLA)
    with store.begin() as work:
        rows = [
            {
                "began_at": NOON + timedelta(seconds=number),
                "call_id": f"1.{number}",
                "caller": f"+4791{number % 500:06d}" if number % 5 else None,
                "mailbox": KARI if number % 30 == 0 else OLA,
                "came_of": CameOf.MESSAGE,
                "reason": None,
                "seconds": 20.0,
                "listened": False,
            }
            for number in range(MANY)
        ]
        connection = connection_of(work)
        connection.execute(insert(calls), rows)
        work.commit()
    behind = CallPlace(NOON + timedelta(seconds=MANY // 2), CallRecordId(1))
    for only, index in (
        (CallsWanted(mailbox=KARI), "ix_calls_mailbox"),
        (CallsWanted(caller=Number("+4791000007")), "ix_calls_caller"),
        (CallsWanted(), "uq_calls_began_at"),
    ):
        for place in (None, behind):
            (found,) = plans_of(store, partial(page, only=only, behind=place))
            assert index in found, found
    plans = plans_of(store, lambda work: work.call_log.purge(before=NOON, limit=5))
    assert all("uq_calls_began_at" in found for found in plans), plans
