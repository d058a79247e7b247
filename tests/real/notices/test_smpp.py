"""SMS through an SMSC that reads and writes SMPP in its own way (the npm package `smpp`)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.gateways.sms.sms import Concatenation, Ports, Sms
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import ReceiptState
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from tests.real.notices.receipt_keeper import NOON, OLA, at, letter, smpp_gateway
from tests.real.notices.smsc import Line, smsc
from tests.wire.until import until

pytestmark = pytest.mark.anyio

NORWEGIAN = (
    "Du har fått en ny beskjed fra 900 00 002 kl. 14.30 (23 sek). Ring 4747 1000 for å høre på. Ærlig!"
)
LONG = "Blåbærsyltetøy koster 12 € på kjøpesenteret, så kjøp to glass! " * 6
DELIVERED = (
    "id:{id} sub:001 dlvrd:001 submit date:2603021201 done date:2603021203 stat:DELIVRD err:000 text:Du har"
)
RECEIPT = {"esm_class": 4, "source_addr": "4790000001", "short_message": DELIVERED}


async def test_it_binds_with_its_name_and_password() -> None:
    async with smsc() as far, smpp_gateway(far, system_type="VMN") as here:
        await here.bound()
        bind = (await far.heard("bind"))[0]
    said = {name: bind[name] for name in ("system_id", "password", "system_type")}
    assert said == {"system_id": "voicemail", "password": "hemmelig", "system_type": "VMN"}


async def test_it_unbinds_when_the_service_ends() -> None:
    async with smsc() as far:
        async with smpp_gateway(far) as here:
            await here.bound()
        assert await far.heard("unbind")
        assert await far.heard("closed")


async def test_a_norwegian_text_arrives_in_gsm7() -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter(NORWEGIAN))
        assert await far.texts(1) == [NORWEGIAN]
        line = (await far.heard("submit"))[0]
        assert accepted.gateway == f"127.0.0.1:{await far.port}"
    assert accepted.ids == (line["id"],)
    assert _address(line, "source") == (5, 0, "Personsvar")
    assert _address(line, "dest") == (1, 1, "4790000001")
    assert (line["data_coding"], line["esm_class"], line["registered_delivery"]) == (0, 0, 1)


@pytest.mark.parametrize(
    ("alphabet", "text", "data_coding"),
    [
        ("gsm7", "Blå@_[", 0),
        ("latin1", "Blå@_[", 3),
        ("ascii", "Bla 12", 1),  # this SMSC reads 1 as GSM-7, whose letters and figures are those of ASCII
        ("ucs2", "Blå@_[", 8),
        ("latin1", "12 €", 8),
        ("ascii", "Blå", 8),
    ],
)
async def test_a_text_goes_in_the_alphabet_that_was_agreed(
    alphabet: str, text: str, data_coding: int
) -> None:
    async with smsc() as far, smpp_gateway(await at(far, alphabet=alphabet)) as here:
        await here.bound()
        await here.gateway.deliver(letter(text))
        assert await far.texts(1) == [text]
        assert (await far.heard("submit"))[0]["data_coding"] == data_coding


async def test_each_smsc_gets_its_own_alphabet() -> None:
    async with smsc(bind=0, statuses=[0x14]) as first, smsc() as second:
        known = [await at(first, alphabet="ucs2"), await at(second, alphabet="latin1")]
        async with smpp_gateway(*known) as here:
            await here.bound(2)
            await here.gateway.deliver(letter("Blåbær_" * 30))
            assert (await first.heard("submit"))[0]["data_coding"] == 8
            assert "".join(await second.texts(2)) == "Blåbær_" * 30
            assert {line["data_coding"] for line in await second.heard("submit", 2)} == {3}


async def test_what_a_phone_asks_is_read_in_the_alphabet_that_was_agreed() -> None:
    asked = "Activate:pv=13;ct=Google.Pixel_8.15;pt=0;//VVM"
    async with smsc() as far, smpp_gateway(await at(far, alphabet="latin1")) as here:
        await here.bound()
        await far.order(deliver={"source_addr": "4790000002", "short_message": {"hex": asked.encode().hex()}})
        await until(lambda: len(here.incoming) == 1)
    assert here.incoming[0].text == asked


@pytest.mark.parametrize(
    ("sender", "shown"), [("+4747471000", (1, 1, "4747471000")), ("2442", (3, 0, "2442"))]
)
async def test_the_sender_is_a_number_or_a_short_code(sender: str, shown: tuple[int, int, str]) -> None:
    async with smsc() as far, smpp_gateway(far, sender=sender) as here:
        await here.bound()
        await here.gateway.deliver(letter("Hei"))
        assert _address((await far.heard("submit"))[0], "source") == shown


@pytest.mark.parametrize(
    ("age", "pin_until", "life"),
    [
        (timedelta(hours=22), None, timedelta(hours=2)),
        (timedelta(days=3), None, timedelta(hours=24)),  # sent again by hand
        (timedelta(minutes=1), NOON + timedelta(minutes=14), timedelta(minutes=14)),
    ],
)
async def test_the_smsc_keeps_it_no_longer_than_it_is_worth_anything(
    age: timedelta, pin_until: datetime | None, life: timedelta
) -> None:
    async with smsc() as far, smpp_gateway(far, hours=24) as here:
        await here.bound()
        before = datetime.now(UTC)
        await here.gateway.deliver(letter("Hei", age=age, pin_until=pin_until))
        until = datetime.fromisoformat((await far.heard("submit"))[0]["validity_period"])
    assert abs(until - before - life) < timedelta(seconds=30)


async def test_a_long_text_goes_in_parts_and_a_receipt_comes_for_each() -> None:
    async with smsc(receipts=[RECEIPT]) as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter(LONG, number=258))
        texts = await far.texts(3)
        parts = [line["short_message"]["udh"] for line in await far.heard("submit", 3)]
        await until(lambda: len(here.receipts) == 3)
    assert "".join(texts) == LONG
    assert parts == [["000302030" + str(n)] for n in (1, 2, 3)]
    assert {receipt.gateway_id for receipt in here.receipts} == set(accepted.ids)
    assert {(r.gateway, r.state, r.detail, r.at) for r in here.receipts} == {
        (accepted.gateway, ReceiptState.DELIVERED, "DELIVRD err:000", NOON)
    }


async def test_parts_are_told_apart_by_sar_where_that_is_agreed() -> None:
    async with smsc() as far, smpp_gateway(far, long_texts="sar") as here:
        await here.bound()
        await here.gateway.deliver(letter(LONG, number=258))
        assert "".join(await far.texts(3)) == LONG
        lines = await far.heard("submit", 3)
    told = [
        (line["sar_msg_ref_num"], line["sar_total_segments"], line["sar_segment_seqnum"]) for line in lines
    ]
    assert told == [(2, 3, 1), (2, 3, 2), (2, 3, 3)]
    assert {line["esm_class"] for line in lines} == {0}


async def test_a_long_text_goes_as_one_payload_where_that_is_agreed() -> None:
    async with smsc() as far, smpp_gateway(far, long_texts="payload") as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter(LONG))
        line = (await far.heard("submit"))[0]
    assert line["message_payload"]["message"] == LONG
    assert len(accepted.ids) == 1


async def test_an_emoji_makes_it_ucs2_and_is_never_cut_in_two() -> None:
    text = "Gratulerer " + "🎂" * 70
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await here.gateway.deliver(letter(text))
        lines = await far.heard("submit", 3)
        texts = await far.texts(3)
    assert "".join(texts) == text
    assert {line["data_coding"] for line in lines} == {8}


async def test_bytes_go_to_an_application_by_its_port() -> None:
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.submit(
            Sms(to=OLA, binary=b"//VVM:STATUS:st=R", ports=Ports(destination=5499, source=0))
        )
        line = (await far.heard("submit"))[0]
    assert (line["data_coding"], line["esm_class"]) == (4, 0x40)
    assert line["short_message"] == {"udh": ["0504157b0000"], "message": b"//VVM:STATUS:st=R".hex()}
    assert accepted.ids == (line["id"],)


async def test_many_bytes_to_a_port_go_in_parts() -> None:
    content = bytes(range(256))
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await here.gateway.submit(Sms(to=OLA, binary=content, ports=Ports(5499), reference=7))
        lines = await far.heard("submit", 2)
    assert b"".join(bytes.fromhex(line["short_message"]["message"]) for line in lines) == content
    assert [line["short_message"]["udh"] for line in lines] == [
        ["0504157b0000", "0003070201"],
        ["0504157b0000", "0003070202"],
    ]


async def test_throttled_then_accepted() -> None:
    async with smsc(statuses=[0x58]) as far, smpp_gateway(far) as here:
        await here.bound()
        with pytest.raises(DeliveryError, match="throttled") as refused:
            await here.gateway.deliver(letter("Hei"))
        assert refused.value.wait_seconds == 1.0
        assert (await here.gateway.deliver(letter("Hei"))).ids


@pytest.mark.parametrize("status", [0x14, 0x08, 0x64, 0xFF, 0x43D])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    async with smsc(statuses=[status]) as far, smpp_gateway(far) as here:
        await here.bound()
        with pytest.raises(DeliveryError, match=f"0x{status:02X}"):
            await here.gateway.deliver(letter("Hei"))


@pytest.mark.parametrize("status", [0x0A, 0x0B, 0x45])
async def test_a_refused_number_is_undeliverable(status: int) -> None:
    async with smsc(refused={"4790000099": status}) as far, smpp_gateway(far) as here:
        await here.bound()
        with pytest.raises(UndeliverableError, match=f"0x{status:02X}"):
            await here.gateway.deliver(letter("Hei", to=Number("+4790000099")))
        assert (await here.gateway.deliver(letter("Hei"))).ids


async def test_a_part_that_is_not_taken_is_tried_again_and_no_other_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("personsvar.gateways.sms.smpp_gateway.PART_RETRY_SECONDS", 0.05)
    async with smsc(statuses=[0, 0x08, 0x08, 0]) as far, smpp_gateway(far) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter(LONG))
        lines = await far.heard("submit", 5)
    assert [line["short_message"]["udh"][0][-2:] for line in lines] == ["01", "02", "02", "02", "03"]
    assert accepted.ids == tuple(line["id"] for line in lines if line["status"] == 0)


async def test_a_text_that_stays_in_pieces_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personsvar.gateways.sms.smpp_gateway.PART_RETRY_SECONDS", 0.05)
    async with smsc(statuses=[0] + [0x08] * 100) as far, smpp_gateway(far, seconds=2) as here:
        await here.bound()
        with pytest.raises(DeliveryError, match="some parts were taken, one was not"):
            await here.gateway.deliver(letter(LONG))


async def test_no_more_are_under_way_than_the_window_allows() -> None:
    async with smsc(silent="submit") as far, smpp_gateway(far, window=3) as here:
        await here.bound()
        sending = asyncio.gather(*(here.gateway.deliver(letter("Hei", number=n)) for n in range(8)))
        await far.heard("submit", 3)
        await far.order(deliver={"esm_class": 4, "short_message": "id:7 stat:DELIVRD"})
        await far.heard("acknowledged")  # whatever was written before it has come, too
        assert len(await far.heard("submit")) == 3
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending


async def test_what_waits_for_a_window_that_stays_full_was_not_handed_over() -> None:
    async with smsc(silent="submit") as far, smpp_gateway(far, window=1, seconds=0.5) as here:
        await here.bound()
        both = (here.gateway.deliver(letter("Hei", number=n)) for n in range(2))
        ended = await asyncio.gather(*both, return_exceptions=True)
        assert len(await far.heard("submit")) == 1
    assert [type(one) for one in ended] == [OutcomeUnknownError, GatewayAwayError]


async def test_an_sms_from_a_phone_reaches_who_takes_it() -> None:
    told = {"source_addr_ton": 1, "source_addr": "4790000002", "destination_addr": "2442"}
    async with smsc() as far, smpp_gateway(far) as here:
        await here.bound()
        await far.order(deliver={**told, "data_coding": 8, "short_message": {"hex": "00530054004f00d8"}})
        await far.order(
            deliver={
                **told,
                "esm_class": 0x40,
                "data_coding": 4,
                "short_message": {"hex": "0b0504157b1f9000032a0201" + b"STATUS".hex()},
            }
        )
        await until(lambda: len(here.incoming) == 2)
        assert [line["status"] for line in await far.heard("acknowledged", 2)] == [0, 0]
    text, part = here.incoming
    assert (text.source, text.destination, text.text) == ("+4790000002", "2442", "STOØ")
    assert (part.payload, part.text) == (b"STATUS", None)
    assert (part.ports, part.part) == (Ports(5499, 8080), Concatenation(42, 2, 1))


async def test_an_sms_that_nobody_takes_is_acknowledged_and_its_text_is_not_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    async with smsc() as far, smpp_gateway(far, takes_incoming=False) as here:
        await here.bound()
        await far.order(deliver={"source_addr": "4790000002", "short_message": "min kode er 4711"})
        assert (await far.heard("acknowledged"))[0]["status"] == 0
    assert "an SMS from a phone, which nobody takes" in caplog.text
    assert "4711" not in caplog.text


def _address(line: Line, side: str) -> tuple[int, int, str]:
    name = "source_addr" if side == "source" else "destination_addr"
    return line[f"{side}_addr_ton"], line[f"{side}_addr_npi"], line[name]
