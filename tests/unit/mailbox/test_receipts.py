"""What gateways report, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import MessageId, NoticeId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Receipt, ReceiptState, Settlement
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import QuietHours, Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.receipts import take_receipt, take_receipts, verdict, word_of
from personsvar.mailbox.undelivered import fall_back, fall_back_if_lost
from tests.unit.mailbox.use_cases import KARI, MONDAY, STRANGER, UseCases

MMSC = "mmsc.example.test"
ON_ITS_WAY, DELIVERED, FAILED = ReceiptState
FACTS = Facts(message=MessageId(7), caller=STRANGER, at=MONDAY, seconds=3.5, new_count=1)


@pytest.fixture
def desk(desk: UseCases) -> UseCases:
    desk.add(Subscriber(KARI))
    return desk


def sent(
    desk: UseCases,
    *ids: str,
    channel: Channel = Channel.MMS,
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    facts: Facts = FACTS,
) -> Notice:
    """One notice that a gateway took."""
    key = f"message:{'+'.join(ids)}:{channel}"
    with desk.store.begin() as uow:
        uow.outbox.add(NewNotice(KARI, kind, channel, key, MONDAY, facts))
        (held,) = uow.outbox.claim(channels=(channel,), now=MONDAY, lease_seconds=60, limit=9)
        attempt = Attempt(1, MONDAY, AttemptOutcome.ACCEPTED, MMSC, ids)
        uow.outbox.settle([Settlement(held.id, held.lease or "", NoticeStatus.SENT, attempt)], now=MONDAY)
        uow.commit()
    desk.commits.count = 0  # what is counted comes after it
    return held


def report(id_: str, state: ReceiptState = FAILED, detail: str = "Expired") -> Receipt:
    return Receipt(MMSC, id_, state, MONDAY + timedelta(hours=30), detail)


def statuses(desk: UseCases) -> list[tuple[Channel, NoticeStatus]]:
    return [(each.channel, each.status) for each in desk.notices()]


@pytest.mark.parametrize(
    ("before", "reported", "after"),
    [
        (None, ON_ITS_WAY, ON_ITS_WAY),
        (None, DELIVERED, DELIVERED),
        (ON_ITS_WAY, FAILED, FAILED),
        (DELIVERED, FAILED, DELIVERED),
        (FAILED, DELIVERED, FAILED),
        (DELIVERED, ON_ITS_WAY, DELIVERED),
    ],
)
def test_a_part_s_first_final_word_stays(
    before: ReceiptState | None, reported: ReceiptState, after: ReceiptState
) -> None:
    assert word_of(before, reported) is after


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], None),
        ([None], None),
        ([DELIVERED], NoticeStatus.DELIVERED),
        ([DELIVERED, None], None),
        ([DELIVERED, ON_ITS_WAY], None),
        ([DELIVERED, DELIVERED], NoticeStatus.DELIVERED),
        ([None, FAILED], NoticeStatus.FAILED),
        ([DELIVERED, FAILED], NoticeStatus.FAILED),
    ],
)
def test_a_notice_is_what_its_parts_are(parts: list[ReceiptState | None], said: NoticeStatus | None) -> None:
    assert verdict(parts) is said


def test_an_mms_that_expired_becomes_an_sms_that_is_young_and_says_the_same(desk: UseCases) -> None:
    mms = sent(desk, "a")
    desk.clock.passes(hours=30)
    (lost,) = take_receipt(desk.services, report("a"))
    assert (lost.id, lost.status, lost.error) == (mms.id, NoticeStatus.FAILED, "Expired")
    _, sms = desk.notices()
    assert (sms.channel, sms.dedup_key, sms.kind) == (Channel.SMS, "message:a:sms", mms.kind)
    assert (sms.created_at, sms.next_at, sms.facts) == (desk.clock.now(), desk.clock.now(), FACTS)
    assert desk.commits.count == 1


def test_an_mms_that_arrived_is_told_once(desk: UseCases) -> None:
    mms = sent(desk, "a")
    (arrived,) = take_receipt(desk.services, report("a", DELIVERED, "Retrieved"))
    assert (arrived.id, arrived.status) == (mms.id, NoticeStatus.DELIVERED)
    assert take_receipt(desk.services, report("a", FAILED)) == []
    assert statuses(desk) == [(Channel.MMS, NoticeStatus.DELIVERED)]
    assert desk.commits.count == 0


def test_a_failure_told_twice_is_one_sms(desk: UseCases) -> None:
    sent(desk, "a")
    take_receipts(desk.services, [report("a"), report("a")])
    take_receipt(desk.services, report("a"))
    assert statuses(desk) == [(Channel.MMS, NoticeStatus.FAILED), (Channel.SMS, NoticeStatus.READY)]


def test_many_are_taken_in_one_transaction(desk: UseCases) -> None:
    for id_ in ("a", "b", "c"):
        sent(desk, id_)
    before = desk.store.commits
    over = take_receipts(desk.services, [report("a"), report("b", DELIVERED), report("c"), report("?")])
    assert desk.store.commits == before + 1
    assert [each.status for each in over] == [
        NoticeStatus.FAILED,
        NoticeStatus.DELIVERED,
        NoticeStatus.FAILED,
    ]
    assert statuses(desk)[3:] == [(Channel.SMS, NoticeStatus.READY)] * 2


@pytest.mark.parametrize(
    ("channel", "kind"),
    [(Channel.SMS, NoticeKind.NEW_MESSAGE), (Channel.MMS, NoticeKind.MISSED_CALL)],
)
def test_only_an_mms_of_a_message_becomes_an_sms(desk: UseCases, channel: Channel, kind: NoticeKind) -> None:
    sent(desk, "a", channel=channel, kind=kind)
    take_receipt(desk.services, report("a"))
    assert statuses(desk) == [(channel, NoticeStatus.FAILED)]
    assert desk.commits.count == 0


def test_an_operator_may_leave_a_failed_mms_at_that(desk: UseCases) -> None:
    sent(desk, "a")
    services = replace(desk.services, rules=replace(desk.services.rules, mms_to_sms=False))
    take_receipt(services, report("a"))
    assert statuses(desk) == [(Channel.MMS, NoticeStatus.FAILED)]


@pytest.mark.parametrize(("urgent", "wakes"), [(False, False), (True, True)])
def test_in_quiet_hours_the_sms_waits_unless_the_message_is_urgent(
    desk: UseCases, urgent: bool, wakes: bool
) -> None:
    desk.put(Subscriber(KARI, quiet=QuietHours(time(22), time(7))))
    sent(desk, "a", facts=replace(FACTS, urgent=urgent))
    desk.clock.at = night = datetime(2026, 11, 24, 1, 0, tzinfo=MONDAY.tzinfo)
    take_receipt(desk.services, report("a"))
    morning = datetime(2026, 11, 24, 6, 0, tzinfo=MONDAY.tzinfo)
    assert desk.notices()[-1].next_at == (night if wakes else morning)


def test_a_receipt_that_can_t_be_kept_is_not_acknowledged(desk: UseCases) -> None:
    sent(desk, "a")
    desk.store.away = True
    with pytest.raises(StoreUnavailableError):
        take_receipt(desk.services, report("a"))
    desk.store.away = False
    assert statuses(desk) == [(Channel.MMS, NoticeStatus.SENT)]
    assert desk.commits.count == 0


def test_a_worker_finds_out_that_a_receipt_was_quicker(desk: UseCases) -> None:
    """The failure came before the submit was written back: there is nobody else to send the SMS."""
    take_receipt(desk.services, report("a"))
    mms = sent(desk, "a")
    with desk.store.begin() as uow:
        assert fall_back_if_lost(NoticeWriter(uow, desk.services.rules, MONDAY), mms)
        assert not fall_back_if_lost(NoticeWriter(uow, desk.services.rules, MONDAY), mms)
        uow.commit()
    assert statuses(desk) == [(Channel.MMS, NoticeStatus.FAILED), (Channel.SMS, NoticeStatus.READY)]


def test_nothing_follows_from_a_notice_that_was_sent_or_is_gone(desk: UseCases) -> None:
    mms = sent(desk, "a")
    sms = sent(desk, "b", channel=Channel.SMS)
    with desk.store.begin() as uow:
        for notice in (mms, sms, replace(mms, id=NoticeId(4711))):
            assert not fall_back_if_lost(NoticeWriter(uow, desk.services.rules, MONDAY), notice)
        uow.subscribers.remove(KARI)
        assert not fall_back(NoticeWriter(uow, desk.services.rules, MONDAY), mms)
