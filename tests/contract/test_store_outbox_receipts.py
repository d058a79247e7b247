"""Receipts: kept once, matched whenever they come, and what they make of a notice (ports.Outbox)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from personsvar.mailbox import receipts as mailbox_receipts
from personsvar.mailbox.model.ledger import AttemptOutcome, ReceiptState
from personsvar.mailbox.model.notice import NoticeStatus
from tests.contract.outbox import (
    DELIVERED,
    FAILED,
    ON_ITS_WAY,
    add,
    claim,
    history,
    look,
    receipt,
    receive,
    send,
    settled,
    tried,
    write_back,
)
from tests.contract.stores import NOON, OpenStore

ACCEPTED = AttemptOutcome.ACCEPTED
SENT = NoticeStatus.SENT


def test_a_notice_arrived_when_all_its_parts_have(store: OpenStore) -> None:
    added = send(store, "a", "b")
    assert receive(store, receipt("a", ON_ITS_WAY)) == []
    assert receive(store, receipt("b", seconds=20)) == []
    assert look(store, added).status is SENT
    assert receive(store, receipt("a", seconds=30)) == [(added, NoticeStatus.DELIVERED)]
    over = look(store, added)
    assert (over.status, over.finished_at, over.error) == (
        NoticeStatus.DELIVERED,
        NOON + timedelta(seconds=30),
        None,
    )


def test_a_notice_failed_as_soon_as_one_part_has(store: OpenStore) -> None:
    added = send(store, "a", "b")
    assert receive(store, receipt("b", FAILED, detail="EXPIRED err:001")) == [(added, NoticeStatus.FAILED)]
    assert look(store, added).error == "EXPIRED err:001"
    assert receive(store, receipt("a")) == []
    assert look(store, added).status is NoticeStatus.FAILED


def test_the_ledger_keeps_every_word_in_the_order_they_came(store: OpenStore) -> None:
    added = send(store, "a")
    said = [receipt("a", ON_ITS_WAY, detail="ACCEPTD"), receipt("a"), receipt("a", FAILED, seconds=99)]
    for each in said:
        receive(store, each)
    assert history(store, added).receipts == tuple(said)
    assert history(store, added).attempts[0].ids == ("a",)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((DELIVERED, FAILED), NoticeStatus.DELIVERED),
        ((FAILED, DELIVERED), NoticeStatus.FAILED),
        ((DELIVERED, ON_ITS_WAY), NoticeStatus.DELIVERED),
        ((ON_ITS_WAY, FAILED, ON_ITS_WAY), NoticeStatus.FAILED),
        ((ON_ITS_WAY, ON_ITS_WAY), SENT),
    ],
)
def test_the_first_final_word_stays(
    store: OpenStore, words: tuple[ReceiptState, ...], status: NoticeStatus
) -> None:
    early, late, both = (send(store, id_, key=id_) for id_ in ("early", "late", "both"))
    for word in words:
        receive(store, receipt("late", word))
    receive(store, *(receipt("both", word) for word in words))
    assert [look(store, late).status, look(store, both).status] == [status, status]
    assert look(store, early).status is SENT


def test_a_receipt_that_comes_again_changes_nothing(store: OpenStore) -> None:
    added = send(store, "a")
    assert receive(store, receipt("a"), receipt("a", seconds=11)) == [(added, NoticeStatus.DELIVERED)]
    assert receive(store, receipt("a", seconds=99)) == []
    assert history(store, added).receipts == (receipt("a"),)
    assert look(store, added).finished_at == NOON + timedelta(seconds=10)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_it_is_the_same_in_whatever_order_submit_and_receipts_are_written(
    store: OpenStore, order: tuple[int, ...]
) -> None:
    added = add(store)
    (held,) = claim(store)
    submit = settled(held, SENT, tried(ACCEPTED, "a", "b"))
    for step in order:
        if step == 2:
            write_back(store, submit)
        else:
            receive(store, receipt("ab"[step], seconds=step))
            receive(store, receipt("ab"[step], seconds=step + 50))
    assert look(store, added).status is NoticeStatus.DELIVERED
    assert {each.gateway_id for each in history(store, added).receipts} == {"a", "b"}
    assert len(history(store, added).receipts) == 2


def test_a_failure_that_came_before_its_submit_fails_the_notice_at_once(store: OpenStore) -> None:
    added = add(store)
    (held,) = claim(store)
    assert receive(store, receipt("b", FAILED, detail="REJECTD")) == []
    assert write_back(store, settled(held, SENT, tried(ACCEPTED, "a", "b"))) == {added}
    over = look(store, added)
    assert (over.status, over.error, over.facts.secret) == (NoticeStatus.FAILED, "REJECTD", None)


def test_a_receipt_of_another_gateway_is_another_s(store: OpenStore) -> None:
    added = send(store, "a")
    assert receive(store, receipt("a", gateway="mmsc.example.test")) == []
    assert receive(store, receipt("ab")) == []
    assert look(store, added).status is SENT
    assert history(store, added).receipts == ()


def test_an_id_given_again_means_the_newest_part(store: OpenStore) -> None:
    """An SMSC that was started anew counts from 1 again."""
    first = send(store, "1", key="first")
    assert receive(store, receipt("1")) == [(first, NoticeStatus.DELIVERED)]
    second = send(store, "1", key="second")
    assert look(store, second).status is SENT
    assert receive(store, receipt("1", seconds=99)) == [(second, NoticeStatus.DELIVERED)]
    assert len(history(store, first).receipts) == 1


def test_parts_that_share_an_id_are_told_of_together(store: OpenStore) -> None:
    added = send(store, "a", "a")
    assert receive(store, receipt("a")) == [(added, NoticeStatus.DELIVERED)]


def test_several_notices_are_told_of_at_once(store: OpenStore) -> None:
    ids = [send(store, f"id-{n}", key=f"n{n}") for n in range(5)]
    said = [receipt(f"id-{n}", FAILED if n == 3 else DELIVERED) for n in range(5)]
    over = dict(receive(store, *said, receipt("nobody's")))
    assert list(over) == ids
    assert [id_ for id_, status in over.items() if status is NoticeStatus.FAILED] == [ids[3]]
    assert receive(store) == []


def test_what_came_of_an_earlier_attempt_is_past(store: OpenStore) -> None:
    """Sent again by hand: the first one's late failure does not undo the second."""
    added = send(store, "first")
    with store.begin() as work:
        assert work.outbox.resend(added, now=NOON)
        work.commit()
    assert receive(store, receipt("first", FAILED)) == []
    assert look(store, added).status is NoticeStatus.READY
    (held,) = claim(store)
    write_back(store, settled(held, SENT, tried(ACCEPTED, "second")))
    assert receive(store, receipt("first")) == []
    assert look(store, added).status is SENT
    assert receive(store, receipt("second")) == [(added, NoticeStatus.DELIVERED)]


def test_an_attempt_that_is_tried_again_may_have_left_parts(store: OpenStore) -> None:
    """One part of two was taken, the other throttled: both go again, and only the second try counts."""
    added = add(store)
    (held,) = claim(store)
    half = replace(tried(AttemptOutcome.LATER, "a"), error="throttled")
    write_back(store, settled(held, NoticeStatus.READY, half, next_at=NOON))
    assert receive(store, receipt("a")) == []
    assert look(store, added).status is NoticeStatus.READY
    (held,) = claim(store)
    write_back(store, settled(held, SENT, tried(ACCEPTED, "b", "c")))
    assert receive(store, receipt("b"), receipt("c")) == [(added, NoticeStatus.DELIVERED)]


def test_a_worker_whose_lease_is_gone_leaves_no_parts(store: OpenStore) -> None:
    added = add(store)
    (slow,) = claim(store)
    (fast,) = claim(store, now=NOON + timedelta(seconds=61))
    assert write_back(store, settled(slow, SENT, tried(ACCEPTED, "slow"))) == frozenset()
    assert receive(store, receipt("slow")) == []
    assert history(store, added).receipts == ()
    write_back(store, settled(fast, SENT, tried(ACCEPTED, "fast")))
    assert receive(store, receipt("fast")) == [(added, NoticeStatus.DELIVERED)]


def test_a_receipt_waits_seven_days_for_its_part(store: OpenStore) -> None:
    sent = send(store, "known")
    receive(store, receipt("known"), receipt("early"), receipt("late", seconds=86_400))
    assert expire(store, days=6) == 0
    assert expire(store, days=7.1) == 1
    assert len(history(store, sent).receipts) == 1
    assert look(store, send(store, "early", key="early")).status is SENT
    assert look(store, send(store, "late", key="late")).status is NoticeStatus.DELIVERED


def test_of_receipts_that_belong_to_nothing_only_so_many_wait_and_the_newest_of_them(
    store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox_receipts, "MOST_WAITING", 3)
    sent = send(store, "known")
    for number in range(6):
        receive(store, receipt(f"forged-{number}", seconds=number))
    receive(store, receipt("known"))
    assert len(history(store, sent).receipts) == 1
    for number, status in ((2, SENT), (3, NoticeStatus.DELIVERED), (5, NoticeStatus.DELIVERED)):
        part = f"forged-{number}"
        assert look(store, send(store, part, key=part)).status is status


def expire(store: OpenStore, *, days: float) -> int:
    with store.begin() as work:
        gone = work.outbox.expire_receipts(now=NOON + timedelta(days=days))
        work.commit()
    return gone


def test_any_id_and_any_words_are_kept(store: OpenStore) -> None:
    odd = "'; DROP TABLE receipts; --\x00\ud83d 🙂 %s :id"
    added = send(store, odd)
    assert receive(store, receipt(odd, detail=odd), receipt(odd, detail="again")) == [
        (added, NoticeStatus.DELIVERED)
    ]
    (kept,) = history(store, added).receipts
    assert kept.detail.startswith("'; DROP TABLE receipts; --")


def test_a_receipt_that_was_not_committed_never_came(store: OpenStore) -> None:
    added = send(store, "a")
    with store.begin() as work:
        assert len(work.outbox.receive([receipt("a")])) == 1
    assert history(store, added).receipts == ()
    assert receive(store, receipt("a")) == [(added, NoticeStatus.DELIVERED)]
