"""Receipts, the whole way from the SMSC to the ledger: early, twice, and after a restart."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ledger import ReceiptState
from personsvar.mailbox.model.notice import NoticeStatus
from tests.real.notices.notifiers import DELIVERED, Mailroom, ended_in_order, get_json, mailroom, smpp_to
from tests.real.notices.smsc import NodeSmsc, smsc

pytestmark = pytest.mark.anyio
SMS = 100
EARLY = {**DELIVERED, "before": True}
ON_ITS_WAY = {**DELIVERED, "short_message": "id:{id} sub:001 dlvrd:000 stat:ACCEPTD err:000"}
EXPIRED = {**DELIVERED, "short_message": "id:{id} sub:001 dlvrd:000 stat:EXPIRED err:042"}


def states(room: Mailroom) -> set[tuple[ReceiptState, ...]]:
    histories = [room.history(notice) for notice in room.notices()]
    return {tuple(receipt.state for receipt in history.receipts) for history in histories}


async def told(far: NodeSmsc, template: dict[str, object], *, of: int) -> None:
    """The SMSC tells of the first so many submits, and each word is acknowledged."""
    before = len([line for line in far.lines if line["event"] == "acknowledged"])
    for line in (await far.heard("submit", of))[:of]:
        text = str(template["short_message"]).replace("{id}", line["id"])
        await far.order(deliver={**template, "short_message": text})
    acknowledged = await far.heard("acknowledged", before + of)
    assert {line["status"] for line in acknowledged} == {0}


async def test_receipts_that_come_before_the_answer_and_twice_after_it_count_once(database: str) -> None:
    """On one connection the receipt is first, so it is there long before the submit is committed."""
    async with smsc(receipts=[EARLY, DELIVERED, DELIVERED], again=True) as far:
        with mailroom(database, **await smpp_to(far)) as room:
            room.post(SMS)
            service = await room.notifier()
            await room.until_all_are(NoticeStatus.DELIVERED)
            await far.heard("acknowledged", 3 * SMS)
            assert states(room) == {(ReceiptState.DELIVERED,)}
            assert set(room.settle_accounts(far).values()) == {1}
            shown = get_json(service, f"/v1/notices/{room.notices()[0].id}")
            assert shown["status"] == "delivered"
            assert len(shown["receipts"]) == 1


SPELLINGS: dict[str, tuple[str, dict[str, object]]] = {
    "zeros in front": ("decimal", {"short_message": "id:0000{id} stat:DELIVRD"}),
    "hex in the other case": ("hex", {"short_message": "id:{HEX} stat:DELIVRD"}),
    "zeros in front, in the TLV": (
        "decimal",
        {"receipted_message_id": "0000{id}", "message_state": 2, "short_message": ""},
    ),
    "zeros in front, before the answer": (
        "decimal",
        {"short_message": "id:0000{id} stat:DELIVRD", "before": True},
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_receipt_that_spells_its_id_otherwise_than_the_answer_finds_its_notice(spelling: str) -> None:
    ids, told = SPELLINGS[spelling]
    async with smsc(ids=ids, receipts=[{"esm_class": 4, **told}]) as far:
        with mailroom("", **await smpp_to(far)) as room:
            room.post(20)
            await room.notifier()
            await room.until_all_are(NoticeStatus.DELIVERED)
            assert {line["status"] for line in await far.heard("acknowledged", 20)} == {0}
            assert states(room) == {(ReceiptState.DELIVERED,)}


async def test_receipts_that_come_to_the_next_notifier_are_matched() -> None:
    async with smsc() as far:
        with mailroom("", **await smpp_to(far)) as room:
            room.post(10)
            first = await room.notifier()
            await room.until_all_are(NoticeStatus.SENT)
            await told(far, ON_ITS_WAY, of=10)
            await ended_in_order(first, within=10)
            await room.notifier()
            await far.heard("bind", 2)
            await told(far, DELIVERED, of=5)
            await told(far, EXPIRED, of=10)
            ended = [notice.status for notice in reversed(room.notices())]
            assert sorted(ended) == [NoticeStatus.DELIVERED] * 5 + [NoticeStatus.FAILED] * 5
            delivered = (ReceiptState.ON_ITS_WAY, ReceiptState.DELIVERED, ReceiptState.FAILED)
            assert states(room) == {delivered, (ReceiptState.ON_ITS_WAY, ReceiptState.FAILED)}


async def test_a_receipt_for_an_sms_whose_notifier_was_killed_in_between_waits_and_harms_nothing() -> None:
    """The SMSC took it, and nobody wrote that down: what it says of it then is of no notice, and kept."""
    async with smsc(silent="submit") as far:
        with mailroom("", **await smpp_to(far)) as room:
            room.post(5)
            killed = await room.notifier()
            await far.heard("submit", 5)
            killed.kill()
            await far.order(set={"silent": "", "receipts": [DELIVERED]})
            await room.notifier()
            await far.heard("bind", 2)
            await told(far, DELIVERED, of=5)
            await room.until_all_are(NoticeStatus.DELIVERED)
            assert set(room.settle_accounts(far).values()) == {2}
            assert states(room) == {(ReceiptState.DELIVERED,)}
