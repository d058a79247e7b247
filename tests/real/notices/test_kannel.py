"""SMS through a real Kannel: what reaches the network behind it, and the receipts on their way back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import smsutil
from fastapi import FastAPI

from personsvar.gateways.kannel import KannelGateway, KannelOptions, incoming_url
from personsvar.gateways.sms.sms import IncomingSms, Ports, Sms
from personsvar.http.http_server import HttpServer
from personsvar.http.kannel_callbacks import incoming_router, receipts_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, UndeliverableError
from personsvar.world import RealClock
from tests.real.notices.kannel import ArrivedSms, Kannel, running_kannel
from tests.real.ports import free_tcp_port
from tests.wire.gateway_options import kannel_options
from tests.wire.letters import letter
from tests.wire.until import until

pytestmark = pytest.mark.anyio

KEY = b"a key of the tests"
ALPHABET = "".join(letter for letter in smsutil.codecs.GSM_CHARSET if letter not in "\n\r\f\x1b")


@dataclass
class Store:
    """What the two routes hand over; `away` as often as it says."""

    receipts: list[Receipt] = field(default_factory=list)
    incoming: list[IncomingSms] = field(default_factory=list)
    away: int = 0
    asked: int = 0

    async def take_receipt(self, receipt: Receipt) -> None:
        self.asked += 1
        if self.away:
            self.away -= 1
            raise StoreUnavailableError("away")
        self.receipts.append(receipt)

    async def take_incoming(self, sms: IncomingSms) -> None:
        self.incoming.append(sms)


@dataclass(frozen=True)
class KannelAndStore:
    kannel: Kannel
    store: Store
    base: str

    def options(self, **other: object) -> KannelOptions:
        known = kannel_options(self.kannel.url, sender="Personsvar", receipts_at=self.base, key=KEY)
        return replace(known, **other)  # type: ignore[arg-type]

    async def arrived(self, wanted: Callable[[list[ArrivedSms]], object]) -> list[ArrivedSms]:
        await until(lambda: wanted(self.kannel.arrived()))
        return self.kannel.arrived()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KannelAndStore]:
    store, port = Store(), free_tcp_port()
    app = FastAPI()
    app.include_router(receipts_router(store.take_receipt, KEY, RealClock()))
    app.include_router(incoming_router(store.take_incoming, KEY))
    web, base = HttpServer(app, f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}"
    web.start()
    try:
        folder = tmp_path_factory.mktemp("kannel")
        with running_kannel(folder, incoming_url=incoming_url(base, key=KEY)) as kannel:
            kannel.start_smsc()
            yield KannelAndStore(kannel, store, base)
    finally:
        web.stop()


@asynccontextmanager
async def opened(options: KannelOptions) -> AsyncIterator[KannelGateway]:
    gateway = KannelGateway(options, clock=RealClock(), jitter=lambda: 0.0)
    await gateway.open()
    try:
        yield gateway
    finally:
        await gateway.close()


def to(number: Number) -> Callable[[list[ArrivedSms]], bool]:
    return lambda arrived: any(sms.to == number for sms in arrived)


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("Ny beskjed fra 900 00 002: æøå ÆØÅ {23 sek} 5 €", "text", Number("+4790000011")),
        (ALPHABET, "text", Number("+4790000012")),
        ("Anrop fra Łukasz, 日本語, 😀", "ucs-2", Number("+4790000013")),
    ],
)
async def test_every_letter_arrives(site: KannelAndStore, text: str, kind: str, number: Number) -> None:
    async with opened(site.options()) as gateway:
        await gateway.deliver(letter(text, number=1, to=number))
    arrived = await site.arrived(to(number))
    (sms,) = [sms for sms in arrived if sms.to == number]
    assert (sms.sender, sms.kind, sms.text) == ("Personsvar", kind, text)


async def test_a_long_text_arrives_in_parts_that_belong_together(site: KannelAndStore) -> None:
    number, text = Number("+4790000014"), "Dette er en lang beskjed som ikke går i en SMS. " * 8
    async with opened(site.options()) as gateway:
        accepted = await gateway.deliver(letter(text, number=14, to=number))
    arrived = await site.arrived(lambda arrived: sum(sms.to == number for sms in arrived) == 3)
    parts = [sms for sms in arrived if sms.to == number]
    assert [part.udh[4:6] for part in parts] == [b"\x03\x01", b"\x03\x02", b"\x03\x03"]
    assert len({part.udh[:4] for part in parts}) == 1
    assert "".join(part.text for part in parts) == text
    await until(lambda: [got for got in site.store.receipts if (got.gateway_id,) == accepted.ids])


async def test_binary_data_goes_to_a_port(site: KannelAndStore) -> None:
    number = Number("+4790000015")
    sms = Sms(number, binary=b"//VVM:SYNC\x00\xff", ports=Ports(5499))
    async with opened(site.options()) as gateway:
        accepted = await gateway.submit(sms, sms_id="vvm-15")
    arrived = await site.arrived(to(number))
    (got,) = [sms for sms in arrived if sms.to == number]
    assert (got.udh, got.kind) == (b"\x06\x05\x04\x15\x7b\x00\x00", "data")
    assert got.data == b"//VVM:SYNC\x00\xff"
    assert accepted.ids == ("vvm-15",)


async def test_the_receipt_comes_back_under_our_own_id(site: KannelAndStore) -> None:
    async with opened(site.options()) as gateway:
        accepted = await gateway.deliver(letter("Hei", number=16, to=Number("+4790000016")))
    assert accepted.gateway == f"127.0.0.1:{site.kannel.ports['sendsms']}"
    assert accepted.ids == ("16-1-5f0c9a1e",)
    await until(lambda: states(site.store, "16-1-5f0c9a1e") >= {ReceiptState.DELIVERED})
    assert {got.gateway for got in site.store.receipts} == {accepted.gateway}


async def test_a_receipt_that_could_not_be_stored_comes_again(site: KannelAndStore) -> None:
    site.store.away, asked = 2, site.store.asked
    async with opened(site.options()) as gateway:
        await gateway.deliver(letter("Hei", number=17, to=Number("+4790000017")))
    await until(lambda: states(site.store, "17-1-5f0c9a1e"))
    assert site.store.asked >= asked + 3


async def test_a_wrong_password_is_the_operators_mistake(
    site: KannelAndStore, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = site.kannel.url.replace("not-secret", "guessed")
    async with opened(site.options(url=wrong)) as gateway:
        with pytest.raises(DeliveryError, match="Authorization failed"):
            await gateway.deliver(letter("PIN 123456", number=18))
        assert gateway.is_up
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "refuses us" in line.getMessage()
    assert "guessed" not in caplog.text
    assert "123456" not in caplog.text


@pytest.mark.parametrize("number", [Number("+4700000001"), Number("nobody")])
async def test_a_number_no_network_takes_is_refused_for_good(site: KannelAndStore, number: Number) -> None:
    async with opened(site.options()) as gateway:
        with pytest.raises(UndeliverableError):
            await gateway.deliver(letter("Hei", number=19, to=number))


async def test_without_an_address_for_receipts_none_are_asked_for(site: KannelAndStore) -> None:
    number = Number("+4790000020")
    async with opened(site.options(receipts_at="", key=b"")) as gateway:
        accepted = await gateway.deliver(letter("Hei", number=20, to=number))
    assert accepted.ids == ()
    await site.arrived(to(number))


async def test_kannel_keeps_an_sms_while_its_network_is_away(tmp_path: Path) -> None:
    number = Number("+4790000021")
    with running_kannel(tmp_path) as kannel:
        async with opened(kannel_options(kannel.url, sender="Personsvar")) as gateway:
            await gateway.deliver(letter("Hei", number=21, to=number))
            kannel.start_smsc()
            await until(lambda: to(number)(kannel.arrived()))


async def test_a_kannel_that_is_down_is_away_and_comes_back(tmp_path: Path) -> None:
    number = Number("+4790000022")
    with running_kannel(tmp_path) as kannel:
        async with opened(kannel_options(kannel.url, sender="Personsvar")) as gateway:
            kannel.stop()
            with pytest.raises(GatewayAwayError):
                await gateway.deliver(letter("Hei", number=22, to=number))
            assert not gateway.is_up
            kannel.start()
            kannel.start_smsc()
            await until(lambda: gateway.is_up)
            await gateway.deliver(letter("Hei igjen", number=22, to=number))
            await until(lambda: to(number)(kannel.arrived()))


async def test_smsbox_without_bearerbox_takes_nothing(tmp_path: Path) -> None:
    with running_kannel(tmp_path) as kannel:
        async with opened(kannel_options(kannel.url, sender="Personsvar")) as gateway:
            kannel.stop_one("bearerbox")
            with pytest.raises(DeliveryError):
                await gateway.deliver(letter("Hei", number=23))


@pytest.mark.parametrize(
    ("sent", "got"),
    [
        ("+4790000002 1996 text Pin på", IncomingSms("+4790000002", "1996", 0, b"Pin p\x0f", text="Pin på")),
        (
            "+4790000003 1996 ucs2 %00P%00%E5%D8%3D%DE%00",
            IncomingSms("+4790000003", "1996", 8, b"\x00P\x00\xe5\xd8\x3d\xde\x00", text="På😀"),
        ),
        (
            "+4790000004 1996 udh-data %06%05%04%15%7b%00%00 STATE%00%ff",
            IncomingSms("+4790000004", "1996", 4, b"STATE\x00\xff", ports=Ports(5499)),
        ),
    ],
)
async def test_an_sms_from_a_phone_reaches_us(
    tmp_path: Path, site: KannelAndStore, sent: str, got: IncomingSms
) -> None:
    with running_kannel(tmp_path, incoming_url=incoming_url(site.base, key=KEY)) as kannel:
        kannel.start_smsc(sent)
        await until(lambda: [sms for sms in site.store.incoming if sms.source == got.source])
    assert [sms for sms in site.store.incoming if sms.source == got.source] == [got]


def states(store: Store, gateway_id: str) -> set[ReceiptState]:
    return {receipt.state for receipt in store.receipts if receipt.gateway_id == gateway_id}
