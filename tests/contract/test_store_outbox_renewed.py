"""Notices that change while they wait: lamps made new, missed calls joined (ports.Outbox)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, Facts, MissedReason, NewNotice, NoticeKind, NoticeStatus
from tests.contract.outbox import claim, history, look, put, settled, tried, write_back
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore

ACCEPTED = AttemptOutcome.ACCEPTED
LATER = NOON + timedelta(minutes=5)


def lamp(*, at: datetime = NOON, new: int = 1) -> NewNotice:
    return NewNotice(
        KARI, NoticeKind.MAILBOX_CHANGED, Channel.LAMP, f"lamp:{KARI}", at, Facts(at=at, new_count=new)
    )


def renew(store: OpenStore, notice: NewNotice) -> None:
    with store.begin() as work:
        work.outbox.renew(notice)
        work.commit()


def test_the_first_time_it_is_added(store: OpenStore) -> None:
    renew(store, lamp())
    (held,) = claim(store, channels=("lamp",))
    assert (held.facts, held.attempts, held.next_at) == (lamp().facts, 1, NOON)


def test_nobody_s_lamp_is_not_renewed(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.outbox.renew(replace(lamp(), to=CALLER))


def test_one_that_is_over_is_new_again_with_the_newest_state(store: OpenStore) -> None:
    renew(store, lamp())
    (held,) = claim(store, channels=("lamp",))
    write_back(store, settled(held, NoticeStatus.DEAD, tried(AttemptOutcome.REFUSED, error="gone")))
    renew(store, lamp(at=LATER, new=2))
    again = look(store, held.id)
    assert (again.status, again.attempts, again.lease) == (NoticeStatus.READY, 0, None)
    assert (again.created_at, again.next_at, again.facts) == (LATER, LATER, lamp(at=LATER, new=2).facts)
    assert (again.finished_at, again.error, again.owner_told) == (None, None, False)
    assert claim(store, channels=("lamp",)) == []
    (second,) = claim(store, channels=("lamp",), now=LATER)
    write_back(store, settled(second, NoticeStatus.SENT, tried()))
    assert [each.number for each in history(store, held.id).attempts] == [1, 2]


def test_one_under_way_goes_out_again_and_its_worker_is_refused(store: OpenStore) -> None:
    renew(store, lamp())
    (first,) = claim(store, channels=("lamp",))
    renew(store, lamp(new=2))
    assert write_back(store, settled(first, NoticeStatus.SENT, tried(ACCEPTED, "1"))) == frozenset()
    (second,) = claim(store, channels=("lamp",))
    assert (second.id, second.facts.new_count, second.attempts) == (first.id, 2, 1)
    assert write_back(store, settled(second, NoticeStatus.SENT, tried(ACCEPTED, "2"))) == {first.id}
    outcomes = [each.outcome for each in history(store, first.id).attempts]
    assert outcomes == [AttemptOutcome.UNKNOWN, ACCEPTED]


def missed(
    key: str = "missed:1",
    *,
    channel: Channel = Channel.SMS,
    caller: Number | None = CALLER,
    kind: NoticeKind = NoticeKind.MISSED_CALL,
    to: Number = KARI,
) -> NewNotice:
    facts = Facts(caller=caller, at=NOON, reason=MissedReason.HUNG_UP)
    due_at = NOON + timedelta(seconds=60)
    return NewNotice(to, kind, channel, f"{key}:{channel}", NOON, facts, due_at=due_at)


def join(
    store: OpenStore,
    *,
    caller: Number | None = CALLER,
    seconds: float = 20,
    since: datetime = NOON,
    reason: MissedReason | None = None,
) -> bool:
    at = NOON + timedelta(seconds=seconds)
    with store.begin() as work:
        joined = work.outbox.join_missed(
            to=KARI, caller=caller, cause=f"call:{seconds}", at=at, since=since, reason=reason
        )
        work.commit()
    return joined


def facts(store: OpenStore) -> list[Facts]:
    with store.look() as work:
        return [each.facts for each in reversed(work.outbox.list())]


def test_another_call_of_the_same_caller_is_counted_in_the_notice_that_waits(store: OpenStore) -> None:
    put(store, missed(), missed(channel=Channel.EMAIL))
    assert join(store)
    assert join(store, seconds=40, reason=MissedReason.MAILBOX_FULL)
    said = missed().facts
    latest = replace(said, calls=3, at=NOON + timedelta(seconds=40), reason=MissedReason.MAILBOX_FULL)
    assert facts(store) == [latest, latest]
    (held,) = claim(store, now=NOON + timedelta(seconds=60))
    assert held.facts == latest


def test_a_call_that_is_told_of_late_is_not_the_latest(store: OpenStore) -> None:
    """Taken in from the spool: it rang before the one that is counted already."""
    put(store, missed())
    assert join(store, seconds=30)
    assert join(store, seconds=10)
    assert facts(store) == [replace(missed().facts, calls=3, at=NOON + timedelta(seconds=30))]


def test_the_same_call_taken_in_again_is_not_counted_twice(store: OpenStore) -> None:
    put(store, missed())
    assert join(store, seconds=30)
    assert join(store, seconds=30)
    assert [each.calls for each in facts(store)] == [2]


def test_a_first_call_without_a_time_gets_the_second_s(store: OpenStore) -> None:
    put(store, replace(missed(), facts=Facts(caller=CALLER)))
    assert join(store)
    assert facts(store) == [Facts(caller=CALLER, calls=2, at=NOON + timedelta(seconds=20))]


@pytest.mark.parametrize(
    "other",
    [
        missed(caller=OLA),
        missed(caller=None),
        missed(to=OLA),
        missed(kind=NoticeKind.NEW_MESSAGE),
        missed(channel=Channel.WEBHOOK),
        replace(missed(), created_at=NOON - timedelta(seconds=1)),
    ],
    ids=["another caller", "withheld", "another mailbox", "a message", "the systems'", "too old"],
)
def test_nothing_is_counted_in_another_notice(store: OpenStore, other: NewNotice) -> None:
    put(store, other)
    assert not join(store)
    assert facts(store) == [other.facts]


def test_callers_who_withhold_their_number_count_as_one(store: OpenStore) -> None:
    put(store, missed(caller=None))
    assert join(store, caller=None)
    assert not join(store)


def test_one_that_is_under_way_or_was_tried_is_joined_no_more(store: OpenStore) -> None:
    put(store, missed())
    now = NOON + timedelta(seconds=60)
    (held,) = claim(store, now=now)
    assert not join(store)
    again = settled(held, NoticeStatus.READY, tried(AttemptOutcome.UNKNOWN), next_at=now)
    write_back(store, again)
    assert not join(store)
    (held,) = claim(store, now=now)
    write_back(store, settled(held, NoticeStatus.SENT, tried()))
    assert not join(store)
    assert facts(store) == [missed().facts]
