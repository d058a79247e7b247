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
def app(app: UseCases) -> UseCases:
    app.add(Subscriber(KARI))
    return app


def sent(
    app: UseCases,
    *ids: str,
    channel: Channel = Channel.MMS,
    kind: NoticeKind = NoticeKind.NEW_MESSAGE,
    facts: Facts = FACTS,
) -> Notice:
    """One notice that a gateway took."""
    key = f"message:{'+'.join(ids)}:{channel}"
    with app.store.begin() as uow:
        uow.outbox.add(NewNotice(KARI, kind, channel, key, MONDAY, facts))
        (held,) = uow.outbox.claim(channels=(channel,), now=MONDAY, lease_seconds=60, limit=9)
        attempt = Attempt(1, MONDAY, AttemptOutcome.ACCEPTED, MMSC, ids)
        uow.outbox.settle([Settlement(held.id, held.lease or "", NoticeStatus.SENT, attempt)], now=MONDAY)
        uow.commit()
    app.commits.count = 0  # what is counted comes after it
    return held


def report(id_: str, state: ReceiptState = FAILED, detail: str = "Expired") -> Receipt:
    return Receipt(MMSC, id_, state, MONDAY + timedelta(hours=30), detail)


def statuses(app: UseCases) -> list[tuple[Channel, NoticeStatus]]:
    return [(each.channel, each.status) for each in app.notices()]


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


def test_an_mms_that_expired_becomes_an_sms_that_is_young_and_says_the_same(app: UseCases) -> None:
    mms = sent(app, "a")
    app.clock.go_on(hours=30)
    (lost,) = take_receipt(app.services, report("a"))
    assert (lost.id, lost.status, lost.error) == (mms.id, NoticeStatus.FAILED, "Expired")
    _, sms = app.notices()
    assert (sms.channel, sms.dedup_key, sms.kind) == (Channel.SMS, "message:a:sms", mms.kind)
    assert (sms.created_at, sms.next_at, sms.facts) == (app.clock.now(), app.clock.now(), FACTS)
    assert app.commits.count == 1


def test_an_mms_that_arrived_is_told_once(app: UseCases) -> None:
    mms = sent(app, "a")
    (arrived,) = take_receipt(app.services, report("a", DELIVERED, "Retrieved"))
    assert (arrived.id, arrived.status) == (mms.id, NoticeStatus.DELIVERED)
    assert take_receipt(app.services, report("a", FAILED)) == []
    assert statuses(app) == [(Channel.MMS, NoticeStatus.DELIVERED)]
    assert app.commits.count == 0


def test_a_failure_told_twice_is_one_sms(app: UseCases) -> None:
    sent(app, "a")
    take_receipts(app.services, [report("a"), report("a")])
    take_receipt(app.services, report("a"))
    assert statuses(app) == [(Channel.MMS, NoticeStatus.FAILED), (Channel.SMS, NoticeStatus.READY)]


def test_many_are_taken_in_one_transaction(app: UseCases) -> None:
    for id_ in ("a", "b", "c"):
        sent(app, id_)
    before = app.store.commits
    over = take_receipts(app.services, [report("a"), report("b", DELIVERED), report("c"), report("?")])
    assert app.store.commits == before + 1
    assert [each.status for each in over] == [
        NoticeStatus.FAILED,
        NoticeStatus.DELIVERED,
        NoticeStatus.FAILED,
    ]
    assert statuses(app)[3:] == [(Channel.SMS, NoticeStatus.READY)] * 2


@pytest.mark.parametrize(
    ("channel", "kind"),
    [(Channel.SMS, NoticeKind.NEW_MESSAGE), (Channel.MMS, NoticeKind.MISSED_CALL)],
)
def test_only_an_mms_of_a_message_becomes_an_sms(app: UseCases, channel: Channel, kind: NoticeKind) -> None:
    sent(app, "a", channel=channel, kind=kind)
    take_receipt(app.services, report("a"))
    assert statuses(app) == [(channel, NoticeStatus.FAILED)]
    assert app.commits.count == 0


def test_an_operator_may_leave_a_failed_mms_at_that(app: UseCases) -> None:
    sent(app, "a")
    services = replace(app.services, rules=replace(app.services.rules, mms_to_sms=False))
    take_receipt(services, report("a"))
    assert statuses(app) == [(Channel.MMS, NoticeStatus.FAILED)]


@pytest.mark.parametrize(("urgent", "wakes"), [(False, False), (True, True)])
def test_in_quiet_hours_the_sms_waits_unless_the_message_is_urgent(
    app: UseCases, urgent: bool, wakes: bool
) -> None:
    app.put(Subscriber(KARI, quiet=QuietHours(time(22), time(7))))
    sent(app, "a", facts=replace(FACTS, urgent=urgent))
    app.clock.time = night = datetime(2026, 11, 24, 1, 0, tzinfo=MONDAY.tzinfo)
    take_receipt(app.services, report("a"))
    morning = datetime(2026, 11, 24, 6, 0, tzinfo=MONDAY.tzinfo)
    assert app.notices()[-1].next_at == (night if wakes else morning)


def test_a_receipt_that_can_t_be_kept_is_not_acknowledged(app: UseCases) -> None:
    sent(app, "a")
    app.store.away = True
    with pytest.raises(StoreUnavailableError):
        take_receipt(app.services, report("a"))
    app.store.away = False
    assert statuses(app) == [(Channel.MMS, NoticeStatus.SENT)]
    assert app.commits.count == 0


def test_a_worker_finds_out_that_a_receipt_was_quicker(app: UseCases) -> None:
    """The failure came before the submit was written back: there is nobody else to send the SMS."""
    take_receipt(app.services, report("a"))
    mms = sent(app, "a")
    with app.store.begin() as uow:
        assert fall_back_if_lost(NoticeWriter(uow, app.services.rules, MONDAY), mms)
        assert not fall_back_if_lost(NoticeWriter(uow, app.services.rules, MONDAY), mms)
        uow.commit()
    assert statuses(app) == [(Channel.MMS, NoticeStatus.FAILED), (Channel.SMS, NoticeStatus.READY)]


def test_nothing_follows_from_a_notice_that_was_sent_or_is_gone(app: UseCases) -> None:
    mms = sent(app, "a")
    sms = sent(app, "b", channel=Channel.SMS)
    with app.store.begin() as uow:
        for notice in (mms, sms, replace(mms, id=NoticeId(4711))):
            assert not fall_back_if_lost(NoticeWriter(uow, app.services.rules, MONDAY), notice)
        uow.subscribers.remove(KARI)
        assert not fall_back(NoticeWriter(uow, app.services.rules, MONDAY), mms)
