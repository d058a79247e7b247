"""What goes out to a gateway of Kannel's shape, and what each way it ends is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.gateways.kannel import KannelGateway
from personsvar.gateways.sms.sms import Ports, Sms
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.notifier.delivery_errors import GatewayAwayError, OutcomeUnknownError
from tests.fakes.clock_and_chance import SetClock
from tests.real.ports import free_tcp_port
from tests.wire.gateway_options import kannel_options
from tests.wire.http_peer import CLOSE, SILENCE, HttpPeer, Say, answer, http_peer
from tests.wire.letters import NOW, OLA, letter
from tests.wire.loopback_server import loopback_server
from tests.wire.until import until

pytestmark = pytest.mark.anyio
TAKEN = answer(202, "0: Accepted for delivery")


@asynccontextmanager
async def kannel(say: Say, **other: object) -> AsyncIterator[tuple[KannelGateway, HttpPeer]]:
    async with http_peer(say) as peer:
        options = kannel_options(
            f"http://voice%20mail:p%40ss@127.0.0.1:{peer.port}/cgi-bin/sendsms?smsc=west",
            sender="Personsvar",
            receipts_at="http://127.0.0.1:8080",
            key=b"ours",
        )
        gateway = KannelGateway(
            replace(options, **other),  # type: ignore[arg-type]
            clock=SetClock(),
            jitter=lambda: 0.0,
        )
        await gateway.open()
        try:
            yield gateway, peer
        finally:
            await gateway.close()


async def test_the_fields_of_a_text() -> None:
    async with kannel(lambda _: TAKEN) as (gateway, peer):
        accepted = await gateway.deliver(letter("Ny beskjed: æ & 5 €"))
    (asked,) = peer.asked
    assert (asked.method, asked.url.path) == ("GET", "/cgi-bin/sendsms")
    receipts_to = asked.query["dlr-url"]
    assert asked.query == {
        "smsc": "west",
        "username": "voice mail",
        "password": "p@ss",
        "from": "Personsvar",
        "to": "+4790000001",
        "text": "Ny beskjed: æ & 5 €",
        "charset": "UTF-8",
        "coding": "0",
        "validity": "1440",
        "dlr-mask": "31",
        "dlr-url": receipts_to,
    }
    assert receipts_to.startswith("http://127.0.0.1:8080/gateways/kannel/receipt?gateway=127.0.0.1:")
    assert receipts_to.endswith("&state=%d&answer=%A")
    assert accepted.gateway == f"127.0.0.1:{peer.port}"
    assert accepted.ids == ("12-1-5f0c9a1e",)


async def test_letters_gsm_has_not_make_it_ucs_2() -> None:
    async with kannel(lambda _: TAKEN) as (gateway, peer):
        await gateway.deliver(letter("Łukasz"))
    assert peer.asked[0].query["coding"] == "2"


async def test_bytes_for_a_port() -> None:
    async with kannel(lambda _: TAKEN, receipts_at="") as (gateway, peer):
        accepted = await gateway.submit(Sms(OLA, binary=b"\x00\xff&", ports=Ports(5499)), sms_id="vvm-1")
    target = peer.asked[0].target
    assert "&text=%00%FF%26&coding=1&udh=%06%05%04%15%7B%00%00" in target
    assert "dlr" not in target
    assert accepted.ids == ()


async def test_a_pin_is_kept_by_nobody_for_longer_than_it_lives() -> None:
    facts = Facts(secret_until=NOW + timedelta(minutes=9, seconds=30))
    async with kannel(lambda _: TAKEN) as (gateway, peer):
        await gateway.deliver(letter("482913", kind=NoticeKind.REQUESTED_PIN, facts=facts))
    assert peer.asked[0].query["validity"] == "10"


@pytest.mark.parametrize("say", [SILENCE, CLOSE])
async def test_written_and_not_answered_is_unknown(say: bytes | None) -> None:
    async with kannel(lambda _: say, seconds=2.0) as (gateway, peer):
        with pytest.raises(OutcomeUnknownError):
            await gateway.deliver(letter("Hei"))
        assert len(peer.asked) == 1
        assert gateway.is_up


async def test_nobody_there_is_away_and_back_without_a_notice() -> None:
    """The port of the peer is opened only after the gateway was found away."""
    port = free_tcp_port()
    options = kannel_options(f"http://127.0.0.1:{port}/", sender="Personsvar")
    gateway = KannelGateway(
        options, clock=SetClock(), jitter=lambda: 0.0, sleep=lambda _: asyncio.sleep(0.01)
    )
    await gateway.open()
    with pytest.raises(GatewayAwayError, match=str(port)):
        await gateway.deliver(letter("Hei"))
    assert not gateway.is_up
    peer = HttpPeer(lambda _: TAKEN)
    async with loopback_server(peer.serve, port=port):
        await until(lambda: gateway.is_up)
        assert peer.asked == []
        await gateway.deliver(letter("Hei"))
        await gateway.close()
    assert len(peer.asked) == 1


async def test_before_opening_and_after_closing_nothing_is_taken() -> None:
    gateway = KannelGateway(
        kannel_options("http://127.0.0.1:1/", sender="P"), clock=SetClock(), jitter=lambda: 0.0
    )
    assert not gateway.is_up
    with pytest.raises(GatewayAwayError):
        await gateway.deliver(letter("Hei"))


async def test_closing_lets_what_is_under_way_finish() -> None:
    asked = asyncio.Event()

    def say(_: object) -> bytes:
        asked.set()
        return TAKEN

    async with kannel(say) as (gateway, _):
        delivering = asyncio.create_task(gateway.deliver(letter("Hei")))
        await asked.wait()
        await gateway.close()
        assert (await delivering).ids == ("12-1-5f0c9a1e",)


async def test_neither_pin_nor_password_is_in_any_log_or_repr(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with kannel(lambda _: answer(500, "no: 482913"), seconds=5) as (gateway, peer):
        with pytest.raises(Exception, match="500") as raised:
            await gateway.deliver(letter("PIN 482913", secret="482913"))
    assert "482913" in peer.asked[0].query["text"]
    told = caplog.text + repr(raised.value) + repr(gateway._options)
    assert "482913" not in told
    assert "p@ss" not in told
    assert "p%40ss" not in told


@pytest.mark.parametrize(
    "url", ["ftp://kannel.example.test/", "http:///cgi-bin/sendsms", "kannel", "http://0177.0.0.1/"]
)
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"http|host"):
        kannel_options(url, sender="Personsvar")


def test_receipts_need_a_key() -> None:
    with pytest.raises(ValueError, match="key"):
        kannel_options("http://127.0.0.1/", sender="Personsvar", receipts_at="http://127.0.0.1:8080")
