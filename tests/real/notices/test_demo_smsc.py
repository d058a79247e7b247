"""The demo's SMSC shows what our own SMPP client sends: as a phone would, whole, in its letters."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from personsvar.gateways.sms.sms import Ports, Sms
from personsvar.gateways.sms.sms_parts import LongTexts
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import ReceiptState
from tests.real.notices.demo_smsc import PASSWORD, PROGRAM, SYSTEM_ID, DemoSmsc, demo_smsc
from tests.real.notices.receipt_keeper import OLA, letter, smpp_gateway
from tests.real.notices.smsc import PEERS
from tests.wire.until import until

pytestmark = pytest.mark.anyio

KARI = Number("+4790000002")
NORWEGIAN = (
    "Ny beskjed fra 900 00 002 kl. 14.30 (23 sek). Ærlig og blåbærgrønt: 12 € for [to] ~ {glass} \\ én"
)
LONG = "Blåbærsyltetøy koster 12 € på kjøpesenteret, så kjøp to glass! " * 6


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[DemoSmsc]:
    async with demo_smsc(tmp_path) as it:
        yield it


async def test_a_text_is_a_line_and_lies_on_the_shelf(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        await here.gateway.deliver(letter(NORWEGIAN))
        assert await far.line() == "personsvar is bound"
        assert await far.line() == f"SMS to +4790000001 from Personsvar: {NORWEGIAN}"
    (item,) = far.shelf.items()
    assert (item.kind, item.to, item.sender, item.text) == ("sms", OLA, "Personsvar", NORWEGIAN)
    assert item.note == ""


async def test_an_emoji_arrives_in_ucs2(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        await here.gateway.deliver(letter("Hei 😀 Łukasz"))
        assert (await far.sms()).text == "Hei 😀 Łukasz"


@pytest.mark.parametrize("by", ["udh", "sar", "payload"])
@pytest.mark.parametrize("text", [LONG, LONG + "😀" * 40], ids=["gsm7", "ucs2"])
async def test_a_long_text_arrives_once_and_whole(far: DemoSmsc, text: str, by: LongTexts) -> None:
    async with smpp_gateway(far.address, long_texts=by) as here:
        await here.bound()
        await here.gateway.deliver(letter(text))
        item = await far.sms()
    assert item.text == text
    assert (item.note == "") == (by == "payload")


async def test_two_long_texts_to_two_phones_are_not_mixed(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        for number, to in ((1, OLA), (257, KARI)):  # the same reference
            await here.gateway.deliver(letter(f"{number} {LONG}", number=number, to=to))
        for _bound_and_two_sms in range(3):
            await far.line()
    assert {item.to: item.text for item in far.shelf.items()} == {
        "+4790000001": f"1 {LONG}",
        "+4790000002": f"257 {LONG}",
    }


async def test_each_part_is_reported_as_delivered(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        accepted = await here.gateway.deliver(letter(LONG))
        await until(lambda: len(here.receipts) == len(accepted.ids))
    assert {receipt.gateway_id for receipt in here.receipts} == set(accepted.ids)
    assert {receipt.state for receipt in here.receipts} == {ReceiptState.DELIVERED}


async def test_what_is_for_an_application_is_shown_with_its_port(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        await here.gateway.submit(Sms(OLA, binary=b"//VVM:SYNC:ev=NM", ports=Ports(5499)))
        assert (await far.sms()).text == "(for port 5499) //VVM:SYNC:ev=NM"


async def test_no_text_moves_the_cursor_of_a_terminal(far: DemoSmsc) -> None:
    async with smpp_gateway(far.address) as here:
        await here.bound()
        await here.gateway.deliver(letter("én\nSMS to +47: juks\x1b[2J\u202eLURT"))
        await far.line()
        assert await far.line() == "SMS to +4790000001 from Personsvar: én SMS to +47: juks [2J LURT"


@pytest.mark.parametrize(("system_id", "password"), [("other", PASSWORD), (SYSTEM_ID, "other")])
async def test_who_shows_another_name_or_password_is_not_let_in(
    far: DemoSmsc, system_id: str, password: str
) -> None:
    async with smpp_gateway(replace(far.address, system_id=system_id, password=password)) as here:
        assert (await far.line()).startswith("a bind was refused: ")
        assert not here.gateway.bound


def test_it_is_locked_to_the_library_that_the_tests_use() -> None:
    own, peers = (json.loads((of / "package-lock.json").read_text()) for of in (PROGRAM, PEERS))
    for lock in (own, peers):
        del lock["packages"][""]  # its own name
    assert own["packages"] == peers["packages"]
    assert all("integrity" in it and "resolved" not in it for it in own["packages"].values())
