"""The outbox: once written never lost, never with two workers at once (ports.Outbox)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import MessageId, NoticeId, Sealed
from personsvar.mailbox.model.notice import Channel, Facts, MissedReason, Notice, NoticeStatus
from tests.contract.outbox import add, claim, look, settle
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, notice

ALL_FACTS = Facts(
    message=MessageId(5),
    caller=CALLER,
    at=NOON,
    seconds=3.25,
    urgent=True,
    new_count=2,
    calls=3,
    count=7,
    reason=MissedReason.MAILBOX_FULL,
    secret=Sealed(b"\x00sealed\xff"),
    secret_until=NOON + timedelta(minutes=15),
)
ENDINGS = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)


def test_a_notice_is_ready_at_once_with_all_its_facts(store: OpenStore) -> None:
    new = notice(facts=ALL_FACTS, channel=Channel.EMAIL)
    with store.begin() as work:
        added = work.outbox.add(new)
        work.commit()
    assert added is not None
    assert look(store, added) == Notice(
        id=added,
        to=KARI,
        kind=new.kind,
        channel=Channel.EMAIL,
        dedup_key=new.dedup_key,
        created_at=NOON,
        facts=ALL_FACTS,
        address=None,
        status=NoticeStatus.READY,
        attempts=0,
        next_at=NOON,
        lease=None,
    )


def test_a_second_notice_with_the_same_key_is_not_written_and_the_transaction_goes_on(
    store: OpenStore,
) -> None:
    with store.begin() as work:
        assert work.outbox.add(notice("a")) is not None
        assert work.outbox.add(notice("a", to=OLA)) is None
        work.commit()
    with store.begin() as work:
        assert work.outbox.add(notice("a")) is None
        assert work.outbox.add(notice("b")) is not None
        work.commit()
    with store.look() as work:
        assert [each.dedup_key for each in work.outbox.list()] == ["b", "a"]


def test_nothing_is_told_to_a_number_nobody_has(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.outbox.add(notice(to=CALLER))


def test_a_claim_takes_what_is_due_oldest_first_up_to_its_limit(store: OpenStore) -> None:
    ids = [add(store, f"n{seconds}", seconds=seconds) for seconds in (2, 0, 1, 9)]
    add(store, "by-mail", channel=Channel.EMAIL)
    now = NOON + timedelta(seconds=5)
    first = claim(store, now=now, limit=2)
    assert [each.id for each in first] == [ids[1], ids[2]]
    assert [each.id for each in claim(store, now=now, limit=2)] == [ids[0]]
    assert claim(store, now=now) == []
    assert [each.channel for each in claim(store, now=now, channels=("email", "mms"))] == [Channel.EMAIL]
    assert claim(store, now=NOON + timedelta(days=1), channels=()) == []


def test_a_claimed_notice_has_a_lease_and_one_more_attempt(store: OpenStore) -> None:
    added = add(store)
    (held,) = claim(store)
    assert held.lease
    assert (held.status, held.attempts) == (NoticeStatus.LEASED, 1)
    assert look(store, added) == held


def test_a_lease_that_ran_out_is_taken_over_and_its_first_holder_is_refused(store: OpenStore) -> None:
    add(store)
    (dead_worker,) = claim(store)
    assert claim(store, now=NOON + timedelta(seconds=59)) == []
    (second,) = claim(store, now=NOON + timedelta(seconds=61))
    assert second.attempts == 2
    assert second.lease != dead_worker.lease
    assert not settle(store, dead_worker, NoticeStatus.SENT)
    assert look(store, second.id) == second
    assert settle(store, second, NoticeStatus.SENT)
    assert look(store, second.id).status is NoticeStatus.SENT


def test_a_lease_that_ran_out_but_was_not_taken_over_is_still_ours(store: OpenStore) -> None:
    add(store)
    (held,) = claim(store)
    assert settle(store, held, NoticeStatus.SENT, now=NOON + timedelta(hours=1))


def test_to_be_tried_again_it_waits_until_its_next_time(store: OpenStore) -> None:
    added = add(store, facts=ALL_FACTS)
    (held,) = claim(store)
    later = NOON + timedelta(minutes=5)
    assert settle(store, held, NoticeStatus.READY, next_at=later, error="throttled")
    waiting = look(store, added)
    assert (waiting.status, waiting.next_at, waiting.error) == (NoticeStatus.READY, later, "throttled")
    assert (waiting.lease, waiting.finished_at, waiting.facts) == (None, None, ALL_FACTS)
    assert not settle(store, held, NoticeStatus.SENT)
    assert claim(store, now=later - timedelta(seconds=1)) == []
    assert [each.attempts for each in claim(store, now=later)] == [2]


@pytest.mark.parametrize("status", ENDINGS)
def test_an_ending_is_final_and_erases_the_secret(store: OpenStore, status: NoticeStatus) -> None:
    added = add(store, facts=ALL_FACTS)
    (held,) = claim(store)
    end = NOON + timedelta(seconds=3)
    assert settle(store, held, status, now=end, error="said so")
    over = look(store, added)
    assert (over.status, over.finished_at, over.lease, over.error) == (status, end, None, "said so")
    assert over.facts.secret is None
    assert over.facts.caller == CALLER
    assert not settle(store, held, NoticeStatus.DEAD)
    assert claim(store, now=NOON + timedelta(days=9)) == []


def test_a_delivery_does_not_end_as_leased(store: OpenStore) -> None:
    add(store)
    (held,) = claim(store)
    with pytest.raises(ValueError, match="leased"):
        settle(store, held, NoticeStatus.LEASED)


def test_an_ended_notice_can_be_sent_again_and_others_can_not(store: OpenStore) -> None:
    added = add(store)
    again = NOON + timedelta(days=1)

    def resend(which: NoticeId) -> bool:
        with store.begin() as work:
            done = work.outbox.resend(which, now=again)
            work.commit()
        return done

    assert not resend(added)
    (held,) = claim(store)
    assert not resend(added)
    settle(store, held, NoticeStatus.DEAD, error="gateway down")
    assert not resend(NoticeId(4711))
    assert resend(added)
    due = look(store, added)
    assert (due.status, due.next_at, due.attempts, due.finished_at) == (NoticeStatus.READY, again, 0, None)
    assert [each.attempts for each in claim(store, now=again)] == [1]


def test_a_claim_that_was_not_committed_is_no_claim(store: OpenStore) -> None:
    added = add(store)
    with store.begin() as work:
        assert len(work.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=1)) == 1
    assert look(store, added).attempts == 0


def test_secrets_that_are_too_old_are_erased_and_counted(store: OpenStore) -> None:
    old = add(store, "old", facts=ALL_FACTS)
    longer = Facts(secret=Sealed(b"x"), secret_until=NOON + timedelta(days=7))
    young = add(store, "young", facts=longer)
    for seconds, erased in ((899, 0), (900, 1), (901, 0)):
        with store.begin() as work:
            assert work.outbox.expire_secrets(now=NOON + timedelta(seconds=seconds)) == erased
            work.commit()
    assert look(store, old).facts.secret is None
    assert look(store, old).status is NoticeStatus.READY
    assert look(store, young).facts == longer


def test_the_ledger_is_newest_first(store: OpenStore) -> None:
    ids = [add(store, f"n{n}") for n in range(3)]
    with store.begin() as work:
        of_ola = work.outbox.add(notice("ola", to=OLA))
        work.commit()
    with store.look() as work:
        assert [each.id for each in work.outbox.list()] == [of_ola, *ids[::-1]]
        assert [each.id for each in work.outbox.list(limit=2)] == [of_ola, ids[2]]
        assert [each.id for each in work.outbox.list(to=KARI, limit=2)] == [ids[2], ids[1]]
        assert work.outbox.list(to=CALLER) == []
        assert work.outbox.get(NoticeId(4711)) is None


def test_only_the_old_ones_are_taken_when_asked_for(store: OpenStore) -> None:
    """Age counts from the making, or from when it was to go out first."""
    day = timedelta(days=1)
    with store.begin() as work:
        old = work.outbox.add(notice("old"))
        work.outbox.add(replace(notice("held"), due_at=NOON + day))
        work.outbox.add(notice("young", seconds=day.total_seconds()))
        work.commit()
    with store.begin() as work:
        taken = work.outbox.claim(
            channels=["sms"], now=NOON + 2 * day, lease_seconds=60, limit=9, begun_before=NOON + day
        )
        work.commit()
    assert [it.id for it in taken] == [old]


def test_what_fell_due_long_ago_is_not_taken_where_only_the_young_are_asked_for(store: OpenStore) -> None:
    day = timedelta(days=1)
    with store.begin() as work:
        work.outbox.add(notice("old"))
        held = work.outbox.add(replace(notice("held"), due_at=NOON + day))
        young = work.outbox.add(notice("young", seconds=day.total_seconds()))
        work.commit()
    with store.begin() as work:
        taken = work.outbox.claim(
            channels=["sms"], now=NOON + 2 * day, lease_seconds=60, limit=9, due_after=NOON + day / 2
        )
        work.commit()
    assert [it.id for it in taken] == [held, young]


def test_what_the_worker_holds_itself_is_not_taken_again_though_its_lease_ran_out(store: OpenStore) -> None:
    mine, another_s = add(store, "mine"), add(store, "another's")
    (held, _) = claim(store)
    late = NOON + timedelta(minutes=2)
    with store.begin() as work:
        taken = work.outbox.claim(channels=["sms"], now=late, lease_seconds=60, limit=9, but_not=[mine])
        work.commit()
    assert [it.id for it in taken] == [another_s]
    assert settle(store, held, NoticeStatus.SENT)


def test_a_claim_of_the_newest_takes_what_fell_due_last_whatever_is_due_longest(store: OpenStore) -> None:
    ids = [add(store, f"n{seconds}", seconds=seconds, channel=Channel.TRANSCRIPT) for seconds in (2, 0, 1, 9)]
    again, now = NOON + timedelta(seconds=5), NOON + timedelta(seconds=90)

    def newest(at: datetime, limit: int) -> list[NoticeId]:
        with store.begin() as work:
            claimed = work.outbox.claim(
                channels=("transcript",), now=at, lease_seconds=60, limit=limit, newest_first=True
            )
            work.commit()
        return [each.id for each in claimed]

    assert newest(again, 2) == [ids[0], ids[2]]
    assert newest(again, 2) == [ids[1]]
    assert newest(now, 1) == [ids[2]], "of those whose lease ran out after the other was made"
    assert newest(now, 4) == [ids[3], ids[0], ids[1]]


def test_what_waits_for_the_end_of_a_day_may_be_let_go_and_nothing_else(store: OpenStore) -> None:
    midnight = (NOON + timedelta(days=1)).replace(hour=0)
    with store.begin() as work:
        for name, channel, due_at in (
            ("one", Channel.TRANSCRIPT, midnight),
            ("two", Channel.TRANSCRIPT, midnight),
            ("sooner", Channel.TRANSCRIPT, midnight - timedelta(microseconds=1)),
            ("sms", Channel.SMS, midnight),
        ):
            work.outbox.add(replace(notice(name, channel=channel), due_at=due_at))
        work.commit()
    later = NOON + timedelta(hours=1)
    with store.begin() as work:
        assert work.outbox.let_go(Channel.TRANSCRIPT, until=midnight, at=later) == 2
        work.commit()
    assert claim(store, channels=("transcript", "sms")) == []
    with store.begin() as work:
        assert work.outbox.let_go(Channel.TRANSCRIPT, until=midnight, at=NOON) == 0
        claimed = work.outbox.claim(
            channels=("transcript", "sms"), now=later, lease_seconds=60, limit=9, newest_first=True
        )
        assert [each.dedup_key for each in claimed] == ["two", "one"]
        assert {each.next_at for each in claimed} == {later}


def test_what_nobody_wants_any_more_has_failed_waiting_or_under_way(store: OpenStore) -> None:
    rows = (
        ("under way", Channel.TRANSCRIPT, KARI),
        ("waits", Channel.TRANSCRIPT, KARI),
        ("sms", Channel.SMS, KARI),
        ("another's", Channel.TRANSCRIPT, OLA),
    )
    with store.begin() as work:
        for name, channel, to in rows:
            work.outbox.add(replace(notice(name, channel=channel), to=to))
        work.commit()
    (held,) = claim(store, channels=("transcript",), limit=1)
    later = NOON + timedelta(hours=1)
    with store.begin() as work:
        work.outbox.withdraw(Channel.TRANSCRIPT, to=KARI, why="no wish", at=later)
        work.commit()
    with store.begin() as work:
        found = {it.dedup_key: it for it in work.outbox.list()}
        withdrawn = [found[name] for name in ("under way", "waits")]
        assert [(it.status, it.error, it.finished_at) for it in withdrawn] == [
            (NoticeStatus.FAILED, "no wish", later)
        ] * 2
    assert not settle(store, held, NoticeStatus.SENT)
    assert [it.dedup_key for it in claim(store, channels=("sms", "transcript"))] == ["sms", "another's"]


def test_what_waits_for_words_may_go_sooner_and_no_other_notice(store: OpenStore) -> None:
    later, about = NOON + timedelta(minutes=10), Facts(message=MessageId(5))
    with store.begin() as work:
        for channel in (Channel.EMAIL, Channel.SMS, Channel.VISUAL):
            work.outbox.add(replace(notice(str(channel), channel=channel, facts=about), due_at=later))
        other = replace(about, message=MessageId(6))
        work.outbox.add(replace(notice("other", channel=Channel.EMAIL, facts=other), due_at=later))
        work.commit()
    with store.begin() as work:
        work.outbox.hasten_waiting(to=KARI, message=MessageId(5), at=NOON + timedelta(minutes=20))
        work.outbox.hasten_waiting(to=OLA, message=MessageId(5), at=NOON)
        work.commit()
    assert claim(store, channels=("email", "sms", "visual")) == []
    with store.begin() as work:
        work.outbox.hasten_waiting(to=KARI, message=MessageId(5), at=NOON)
        work.commit()
    assert [each.dedup_key for each in claim(store, channels=("email", "sms", "visual"))] == [
        "email",
        "visual",
    ]
