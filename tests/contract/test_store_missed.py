"""Missed calls of one caller counted in the notice that still waits (ports.Outbox.join_missed)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Facts, MissedReason, NewNotice, Notice, NoticeKind
from personsvar.mailbox.notice_writer import many_key
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore

MINUTE = timedelta(minutes=1)


def missed(key: str, *, caller: Number | None = CALLER, channel: Channel = Channel.SMS) -> NewNotice:
    facts = Facts(caller=caller, at=NOON, reason=MissedReason.HUNG_UP)
    kind = NoticeKind.MISSED_CALL
    return NewNotice(KARI, kind, channel, f"{key}:{channel}", NOON, facts, due_at=NOON + MINUTE)


def add(store: OpenStore, *notices: NewNotice) -> None:
    with store.begin() as work:
        for each in notices:
            assert work.outbox.add(each) is not None
        work.commit()


def join(
    store: OpenStore,
    *,
    to: Number = KARI,
    caller: Number | None = CALLER,
    cause: str = "",
    after: float = 20,
    since: float = -40,
    reason: MissedReason | None = None,
) -> bool:
    with store.begin() as work:
        joined = work.outbox.join_missed(
            to=to,
            caller=caller,
            cause=cause or f"call:{after}",
            at=NOON + timedelta(seconds=after),
            since=NOON + timedelta(seconds=since),
            reason=reason,
        )
        work.commit()
    return joined


def told(store: OpenStore) -> Sequence[Notice]:
    with store.look() as work:
        return work.outbox.list(to=KARI)[::-1]


def test_a_notice_may_be_held_and_remembers_until_when(store: OpenStore) -> None:
    add(store, missed("a"))
    (held,) = told(store)
    assert (held.next_at, held.held_until) == (NOON + MINUTE, NOON + MINUTE)
    with store.begin() as work:
        early = work.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=9)
        due = work.outbox.claim(channels=["sms"], now=NOON + MINUTE, lease_seconds=60, limit=9)
    assert (early, [notice.id for notice in due]) == ([], [held.id])


def test_later_calls_are_counted_with_the_time_of_the_last(store: OpenStore) -> None:
    add(store, missed("a"))
    assert join(store, after=20)
    assert join(store, after=45)
    (notice,) = told(store)
    assert notice.facts == Facts(
        caller=CALLER, at=NOON + timedelta(seconds=45), reason=MissedReason.HUNG_UP, calls=3
    )


def test_an_earlier_call_that_comes_in_late_is_counted_and_moves_no_time(store: OpenStore) -> None:
    add(store, missed("a"))
    assert join(store, after=-600)
    (notice,) = told(store)
    assert (notice.facts.calls, notice.facts.at) == (2, NOON)


def test_a_call_taken_in_again_is_not_counted_again(store: OpenStore) -> None:
    add(store, missed("a"))
    assert join(store, cause="a")
    assert told(store)[0].facts.calls is None
    for cause in ("b%", "c_", "b%", "c_", "a", "b", "c"):
        assert join(store, cause=cause)
    assert told(store)[0].facts.calls == 5


def test_a_call_taken_in_again_when_its_notice_is_out_is_known(store: OpenStore) -> None:
    add(store, missed("a"))
    join(store, cause="b")
    with store.begin() as work:
        assert work.outbox.claim(channels=["sms"], now=NOON + MINUTE, lease_seconds=60, limit=9)
        work.commit()
    assert join(store, cause="a", since=3600)
    assert join(store, cause="b", since=3600)
    assert not join(store, cause="c", since=3600)


def test_a_reason_that_weighs_more_takes_the_place_of_the_one_before(store: OpenStore) -> None:
    add(store, missed("a"))
    join(store, after=20, reason=MissedReason.MAILBOX_FULL)
    join(store, after=40)
    assert told(store)[0].facts.reason is MissedReason.MAILBOX_FULL


@pytest.mark.parametrize(
    "other",
    [{"to": OLA}, {"caller": OLA}, {"caller": None}, {"since": 1}],
    ids=["to", "by", "withheld", "old"],
)
def test_nothing_else_is_joined(store: OpenStore, other: dict[str, Number | None]) -> None:
    add(store, missed("a"), missed("b", caller=KARI))
    assert not join(store, **other)  # type: ignore[arg-type]
    assert [notice.facts.calls for notice in told(store)] == [None, None]


def test_what_was_tried_once_waits_for_nobody(store: OpenStore) -> None:
    add(store, missed("a"))
    with store.begin() as work:
        assert work.outbox.claim(channels=["sms"], now=NOON + MINUTE, lease_seconds=60, limit=9)
        work.commit()
    assert not join(store)


def test_an_event_for_machines_is_of_one_call(store: OpenStore) -> None:
    add(store, missed("a"), missed("a", channel=Channel.WEBHOOK))
    assert join(store)
    assert [notice.facts.calls for notice in told(store)] == [2, None]


def test_all_who_withhold_their_number_count_as_one_caller(store: OpenStore) -> None:
    add(store, missed("a"), missed("b", caller=None))
    assert join(store, caller=None)
    assert [notice.facts.calls for notice in told(store)] == [None, 2]


def _join_many(store: OpenStore, cause: str, *, to: Number = KARI, after: float = 0) -> bool:
    with store.begin() as work:
        joined = work.outbox.join_many(to=to, cause=cause, at=NOON + timedelta(seconds=after))
        work.commit()
    return joined


def test_many_calls_are_counted_in_the_one_notice_that_waits_each_once(store: OpenStore) -> None:
    assert not _join_many(store, "call:1")
    facts = Facts(calls=1, at=NOON)
    begun = NewNotice(KARI, NoticeKind.MANY_CALLS, Channel.SMS, many_key("call:1"), NOON, facts)
    add(store, begun, missed("missed:1"))
    assert not _join_many(store, "call:2", to=OLA)
    for cause in ("call:1", "call:2", "call:3", "call:2"):
        assert _join_many(store, cause, after=30)
    many, other = told(store)
    assert (many.facts.calls, many.facts.at) == (3, NOON + timedelta(seconds=30))
    assert other.facts.calls is None
    with store.begin() as work:
        work.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=1)
        work.commit()
    assert _join_many(store, "call:3")  # known, though it is out
    assert not _join_many(store, "call:4")
    assert told(store)[0].facts.calls == 3


def test_what_was_told_lately_is_counted_by_mailbox_kind_and_time(store: OpenStore) -> None:
    add(store, missed("a"), missed("b"), missed("c", channel=Channel.MMS), missed("d", channel=Channel.EMAIL))

    def count(to: Number = KARI, kind: NoticeKind = NoticeKind.MISSED_CALL, *, since: float = 0) -> int:
        with store.look() as work:
            return work.outbox.count_since(to=to, kind=kind, since=NOON + timedelta(seconds=since))

    assert count() == 2  # twice by SMS, once by MMS; an e-mail costs nothing
    assert (count(OLA), count(kind=NoticeKind.NEW_MESSAGE), count(since=1)) == (0, 0, 0)
