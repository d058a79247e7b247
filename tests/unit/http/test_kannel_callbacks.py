"""The two routes Kannel calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI

from personsvar.gateways.kannel import incoming_url
from personsvar.gateways.kannel.delivery_reports import receipt_url
from personsvar.gateways.sms.sms import Concatenation, IncomingSms, Ports
from personsvar.http.kannel_callbacks import incoming_router, receipts_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from tests.fakes.clock_and_chance import SetClock
from tests.wire.letters import NOW

pytestmark = pytest.mark.anyio

KEY = b"ours"
BASE = "http://voicemail.example.test"
RECEIPT = receipt_url(BASE, gateway="k:1", gateway_id="12-1", key=KEY).replace("%A", "")
INCOMING = incoming_url(BASE, key=KEY)


@dataclass
class ReceiptShelf:
    away: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    incoming: list[IncomingSms] = field(default_factory=list)

    async def take_receipt(self, receipt: Receipt) -> None:
        self._look()
        self.receipts.append(receipt)

    async def take_incoming(self, sms: IncomingSms) -> None:
        self._look()
        self.incoming.append(sms)

    def _look(self) -> None:
        if self.away:
            raise StoreUnavailableError("locked")


@pytest.fixture
def shelf() -> ReceiptShelf:
    return ReceiptShelf()


@pytest.fixture
async def kannel(shelf: ReceiptShelf) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(receipts_router(shelf.take_receipt, KEY, SetClock()))
    app.include_router(incoming_router(shelf.take_incoming, KEY))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield client


async def test_a_receipt_is_acknowledged_once_it_is_stored(
    kannel: httpx.AsyncClient, shelf: ReceiptShelf
) -> None:
    assert (await kannel.get(RECEIPT.replace("%d", "1"))).status_code == 200
    assert shelf.receipts == [Receipt("k:1", "12-1", ReceiptState.DELIVERED, NOW, "delivered")]


async def test_not_while_the_store_is_away(kannel: httpx.AsyncClient, shelf: ReceiptShelf) -> None:
    shelf.away = True
    assert (await kannel.get(RECEIPT.replace("%d", "1"))).status_code == 503
    assert (await kannel.get(sms(text="Hei"))).status_code == 503


async def test_a_forged_one_is_forbidden(kannel: httpx.AsyncClient, shelf: ReceiptShelf) -> None:
    assert (await kannel.get(RECEIPT.replace("%d", "1").replace("12-1", "13-1"))).status_code == 403
    assert (await kannel.get(sms(text="Hei").replace("token=", "token=x"))).status_code == 403
    assert (await kannel.get(f"{BASE}/gateways/kannel/receipt")).status_code == 403
    assert (shelf.receipts, shelf.incoming) == ([], [])


async def test_what_can_not_be_read_is_a_bad_request(kannel: httpx.AsyncClient) -> None:
    assert (await kannel.get(RECEIPT.replace("%d", "7"))).status_code == 400
    assert (await kannel.get(sms(text="Hei", sender=""))).status_code == 400
    assert (await kannel.get(sms(text="Hei", coding="9"))).status_code == 400
    assert (await kannel.get(sms(text="Hei", charset="klingon"))).status_code == 400
    assert (await kannel.get(sms(text="%FF%FE"))).status_code == 400


@pytest.mark.parametrize(
    ("url", "got"),
    [
        ({"text": "P%C3%A5"}, {"data_coding": 0, "payload": b"P\x0f", "text": "På"}),
        ({"text": "STATUS", "coding": "-1"}, {"data_coding": 0, "payload": b"STATUS", "text": "STATUS"}),
        ({"text": "STATUS", "coding": ""}, {"data_coding": 0, "payload": b"STATUS", "text": "STATUS"}),
        ({"text": "P%E5", "charset": "ISO-8859-1"}, {"data_coding": 0, "payload": b"P\x0f", "text": "På"}),
        ({"text": "%00P%00%E5", "coding": "2"}, {"data_coding": 8, "payload": b"\0P\0\xe5", "text": "På"}),
        (
            {"text": "%00%FF", "coding": "1", "udh": "%06%05%04%15%7B%00%00"},
            {"data_coding": 4, "payload": b"\0\xff", "ports": Ports(5499)},
        ),
        (
            {"text": "del+to", "udh": "%05%00%03%2A%02%02"},
            {"data_coding": 0, "payload": b"del to", "text": "del to", "part": Concatenation(0x2A, 2, 2)},
        ),
    ],
)
async def test_an_sms_from_a_phone(
    kannel: httpx.AsyncClient, shelf: ReceiptShelf, url: dict[str, str], got: dict[str, object]
) -> None:
    answer = await kannel.get(sms(**url))
    assert (answer.status_code, answer.text) == (200, "")
    assert shelf.incoming == [IncomingSms("+4790000002", "1996", **got)]  # type: ignore[arg-type]


def sms(
    *, text: str, coding: str = "0", udh: str = "", charset: str = "UTF-8", sender: str = "%2B4790000002"
) -> str:
    """Kannel's call, with what it filled in."""
    filled = {"%p": sender, "%P": "1996", "%b": text, "%u": udh, "%c": coding, "%C": charset}
    url = INCOMING
    for code, value in filled.items():
        url = url.replace(f"={code}&", f"={value}&")
    return url
