"""Delivery receipts from a real SMSC, in the ways they come and at the times they come."""

from __future__ import annotations

from typing import Any

import pytest

from personsvar.mailbox.model.ledger import ReceiptState
from tests.real.notices.receipt_keeper import letter, smpp_gateway
from tests.real.notices.smsc import smsc
from tests.wire.until import until

pytestmark = pytest.mark.anyio

DELIVERED = {"esm_class": 4, "short_message": "id:{id} stat:DELIVRD err:000"}


async def test_a_receipt_that_comes_before_the_answer_to_its_submit_is_passed_on() -> None:
    async with smsc(receipts=[{**DELIVERED, "before": True}]) as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter("Hei"))
        await until(lambda: len(here.receipts) == 1)
    assert (here.receipts[0].gateway, here.receipts[0].gateway_id) == (accepted.gateway, accepted.ids[0])


async def test_a_receipt_that_comes_twice_is_acknowledged_twice() -> None:
    async with smsc(receipts=[DELIVERED, DELIVERED]) as far, smpp_gateway(far) as here:
        await here.bound()
        await here.gateway.deliver(letter("Hei"))
        assert [line["status"] for line in await far.heard("acknowledged", 2)] == [0, 0]
    assert here.receipts[0] == here.receipts[1]  # the outbox counts it once: (gateway, id, state)


async def test_a_receipt_is_acknowledged_once_it_is_stored_and_comes_again_until_then() -> None:
    async with smsc(receipts=[DELIVERED], again=True) as far, smpp_gateway(far) as here:
        here.failing = 2
        await here.bound()
        await here.gateway.deliver(letter("Hei"))
        assert [line["status"] for line in await far.heard("acknowledged", 3)] == [0x64, 0x64, 0]
    assert len(here.receipts) == 1


ODD: dict[str, tuple[dict[str, Any], ReceiptState, str]] = {
    "the id only in a TLV": (
        {"receipted_message_id": "{id}", "message_state": 2, "short_message": ""},
        ReceiptState.DELIVERED,
        "DELIVRD",
    ),
    "a TLV and a text that differ": (
        {"receipted_message_id": "{id}", "short_message": "id:4242 stat:UNDELIV err:0c1"},
        ReceiptState.FAILED,
        "UNDELIV err:0c1",
    ),
    "another order, another case": (
        {"short_message": "err:12 STAT:expired Id:{id} dlvrd:000 text:id:1 stat:DELIVRD"},
        ReceiptState.FAILED,
        "EXPIRED err:12",
    ),
    "dates of twelve digits and no sub": (
        {
            "short_message": "id:{id} submit date:260302120100 done date:260302120305 stat:REJECTD "
            "err:045 Text:PIN 4711"
        },
        ReceiptState.FAILED,
        "REJECTD err:045",
    ),
    "in message_payload": (
        {"message_payload": {"hex": "{payload}"}},
        ReceiptState.DELIVERED,
        "DELIVRD err:000",
    ),
    "an intermediate notification": (
        {"esm_class": 0x20, "short_message": "id:{id} stat:ENROUTE err:000"},
        ReceiptState.ON_ITS_WAY,
        "ENROUTE err:000",
    ),
    "a network error": (
        {
            "short_message": "id:{id} stat:UNDELIV",
            "network_error_code": {"hex": "03001b"},
            "message_state": 5,
        },
        ReceiptState.FAILED,
        "UNDELIV err:027",
    ),
    "no flag, but the TLV": (
        {"esm_class": 0, "receipted_message_id": "{id}", "message_state": 3, "short_message": ""},
        ReceiptState.FAILED,
        "EXPIRED",
    ),
}


@pytest.mark.parametrize("name", ODD)
async def test_odd_receipts_are_understood(name: str) -> None:
    fields, state, detail = ODD[name]
    # the SMSC numbers from 10000001; a payload goes as octets, in which it puts no id
    known = b"id:10000001 stat:DELIVRD err:000".hex()
    told = {key: {"hex": known} if value == {"hex": "{payload}"} else value for key, value in fields.items()}
    async with smsc(receipts=[{"esm_class": 4, **told}]) as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter("Hei"))
        await until(lambda: len(here.receipts) == 1)
        assert (await far.heard("acknowledged"))[0]["status"] == 0
    assert [(r.gateway_id, r.state, r.detail) for r in here.receipts] == [(accepted.ids[0], state, detail)]


@pytest.mark.parametrize(("answers", "option"), [("decimal", "hex"), ("hex", "decimal")])
async def test_receipts_may_write_the_id_in_another_base(answers: str, option: str) -> None:
    receipt = {"esm_class": 4, "short_message": f"id:00{{{option}}} stat:DELIVRD"}
    async with smsc(ids=answers, receipts=[receipt]) as far, smpp_gateway(far, receipt_ids=option) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter("Hei"))
        await until(lambda: len(here.receipts) == 1)
    assert here.receipts[0].gateway_id == accepted.ids[0]


async def test_a_receipt_without_an_id_is_acknowledged_and_told_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(deliver={"esm_class": 4, "short_message": "stat:DELIVRD text:din PIN er 4711"})
        assert (await far.heard("acknowledged"))[0]["status"] == 0
    assert "a receipt without an id" in caplog.text
    assert "4711" not in caplog.text
    assert here.receipts == []


async def test_a_pdu_that_can_not_be_read_is_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    broken = "00000014 00000005 00000000 00000063 41424344".replace(" ", "")
    unknown = "00000010 00000777 00000000 00000064".replace(" ", "")
    async with smsc(receipts=[DELIVERED]) as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(raw=broken + unknown)
        nack = (await far.heard("generic_nack"))[0]
        assert (nack["status"], nack["sequence"]) == (3, 100)
        await here.gateway.deliver(letter("Hei"))
        await until(lambda: len(here.receipts) == 1)
        assert len(await far.heard("bind")) == 1
    assert "a deliver_sm can't be read" in caplog.text
