"""Events over real HTTP on loopback, verified with the specification's own library."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from personsvar.gateways.public_addresses import Address, Resolve, system_resolve
from personsvar.gateways.webhooks import WebhookGateway
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.notice import Channel, Facts, NoticeKind
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.words.rendering import Rendered, Text
from personsvar.world import RealClock
from tests.fakes.clock_and_chance import SetClock
from tests.real.ports import free_tcp_port
from tests.wire import letters
from tests.wire.certificates import certificate_for
from tests.wire.gateway_options import webhook_options
from tests.wire.http_peer import CLOSE, SILENCE, HttpPeer, answer, http_peer

pytestmark = pytest.mark.anyio

SECRET = "whsec_" + base64.b64encode(b"a key of 24 to 64 bytes!").decode()
LOOPBACK = (ip_network("127.0.0.0/8"),)
FACTS = Facts(
    message=MessageId(7),
    caller=Number("+4790000002"),
    at=letters.NOW - timedelta(seconds=30),
    seconds=23.44,
    urgent=True,
    new_count=3,
)


def letter(number: int = 12, *, kind: NoticeKind = NoticeKind.NEW_MESSAGE, facts: Facts = FACTS) -> Rendered:
    return letters.letter(number=number, kind=kind, channel=Channel.WEBHOOK, facts=facts)


@asynccontextmanager
async def gateway(
    *urls: str, resolve: Resolve = system_resolve, real_time: bool = False, **other: object
) -> AsyncIterator[WebhookGateway]:
    options = webhook_options(*urls, **{"secret": SECRET, "networks": LOOPBACK, "seconds": 5, **other})
    it = WebhookGateway(options, clock=RealClock() if real_time else SetClock(), resolve=resolve)
    await it.open()
    try:
        yield it
    finally:
        await it.close()


def at(peer: HttpPeer, path: str = "/voicemail") -> str:
    return f"http://127.0.0.1:{peer.port}{path}"


async def test_an_event_that_the_library_verifies() -> None:
    async with (
        http_peer(lambda _: answer(204)) as peer,
        gateway(at(peer, "/v?x=1"), real_time=True) as sender,
    ):
        accepted = await sender.deliver(letter())
    (asked,) = peer.asked
    assert (asked.method, asked.target) == ("POST", "/v?x=1")
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["host"] == accepted.gateway == f"127.0.0.1:{peer.port}"
    assert accepted.ids == ()
    assert Webhook(SECRET).verify(asked.body, asked.headers) == {
        "type": "message.new",
        "timestamp": "2026-03-02T12:00:00Z",
        "data": {
            "notice": 12,
            "mailbox": "+4790000001",
            "message": 7,
            "caller": "+4790000002",
            "at": "2026-03-02T11:59:30Z",
            "seconds": 23.4,
            "urgent": True,
            "new_count": 3,
            "calls": None,
            "count": None,
            "reason": None,
            "transcript": None,
        },
    }
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body.replace(b"true", b"false"), asked.headers)


async def test_no_event_holds_a_pin(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    pin = replace(letter(kind=NoticeKind.FIRST_PIN), content=Text("PIN 482913", secret="482913"))
    async with http_peer(lambda _: answer(500)) as peer, gateway(at(peer)) as sender:
        with pytest.raises(DeliveryError):
            await sender.deliver(pin)
    assert json.loads(peer.asked[0].body)["type"] == "pin.first"
    assert b"482913" not in peer.asked[0].body
    assert "482913" not in caplog.text


async def test_each_receiver_gets_it_and_a_retry_goes_to_those_left_under_the_same_id() -> None:
    said = iter([answer(503), answer(200)])
    async with (
        http_peer(lambda _: answer(200)) as good,
        http_peer(lambda _: next(said)) as late,
        gateway(at(good), at(late)) as sender,
    ):
        with pytest.raises(DeliveryError, match=rf"127\.0\.0\.1:{late.port} answered 503"):
            await sender.deliver(letter())
        accepted = await sender.deliver(letter())
        assert accepted.gateway == f"127.0.0.1:{good.port}, 127.0.0.1:{late.port}"
    assert (len(good.asked), len(late.asked)) == (1, 2)
    assert {asked.headers["webhook-id"] for asked in late.asked} == {good.asked[0].headers["webhook-id"]}
    assert len({asked.body for asked in late.asked}) == 1


async def test_after_it_was_accepted_one_sent_again_by_hand_goes_to_all() -> None:
    async with http_peer(lambda _: answer(200)) as peer, gateway(at(peer)) as sender:
        await sender.deliver(letter())
        await sender.deliver(letter())
    assert [asked.headers["webhook-id"] for asked in peer.asked] == ["notice-12-1772452800"] * 2


@pytest.mark.parametrize("status", [410, 400, 404])
async def test_one_that_refuses_for_good_keeps_the_others_from_nothing(status: int) -> None:
    said = iter([answer(429, Retry_After="90"), answer(200)])
    async with (
        http_peer(lambda _: answer(status)) as gone,
        http_peer(lambda _: next(said)) as late,
        gateway(at(gone), at(late)) as sender,
    ):
        with pytest.raises(DeliveryError) as raised:
            await sender.deliver(letter())
        assert raised.value.wait_seconds == 90
        with pytest.raises(UndeliverableError, match=rf"127\.0\.0\.1:{gone.port} answered {status}"):
            await sender.deliver(letter())
    assert (len(gone.asked), len(late.asked)) == (1, 2)


async def test_a_redirect_is_not_followed() -> None:
    async with (
        http_peer(lambda _: answer(200)) as inner,
        http_peer(lambda _: answer(307, Location=at(inner))) as outer,
        gateway(at(outer)) as sender,
    ):
        with pytest.raises(DeliveryError, match="redirects are not followed"):
            await sender.deliver(letter())
    assert inner.asked == []


@pytest.mark.parametrize("say", [SILENCE, CLOSE])
async def test_written_and_not_answered_is_unknown(say: bytes | None) -> None:
    async with http_peer(lambda _: say) as peer, gateway(at(peer), seconds=2.0) as sender:
        with pytest.raises(OutcomeUnknownError):
            await sender.deliver(letter())
        assert sender.is_up


async def test_nobody_there_is_tried_again() -> None:
    async with gateway(f"http://127.0.0.1:{free_tcp_port()}/") as sender:
        with pytest.raises(DeliveryError, match="no connection") as raised:
            await sender.deliver(letter())
        assert not isinstance(raised.value, OutcomeUnknownError)


async def test_a_private_address_is_never_connected_to(caplog: pytest.LogCaptureFixture) -> None:
    async with http_peer(lambda _: answer(200)) as peer:
        for host in ("127.0.0.1", "2130706433", "0x7f000001", "localhost", "[::ffff:127.0.0.1]"):
            async with gateway(f"http://{host}:{peer.port}/", networks=()) as sender:
                with pytest.raises(DeliveryError, match="no address to connect to"):
                    await sender.deliver(letter())
        assert peer.connections == 0
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


async def test_a_name_that_changes_its_address_is_checked_each_time() -> None:
    """DNS rebinding: good for the check, private for the connection. Here both are one."""
    asked: list[str] = []

    async def resolve(host: str) -> Sequence[Address]:
        asked.append(host)
        return [ip_address("127.0.0.1" if len(asked) == 1 else "10.0.0.1")]

    async with (
        http_peer(lambda _: answer(200)) as peer,
        gateway(f"http://events.example.test:{peer.port}/", resolve=resolve) as sender,
    ):
        await sender.deliver(letter())
        with pytest.raises(DeliveryError, match=r"events.example.test is 10\.0\.0\.1"):
            await sender.deliver(letter(13))
    assert asked == ["events.example.test"] * 2
    assert [one.headers["host"] for one in peer.asked] == [f"events.example.test:{peer.port}"]


async def test_the_next_address_is_tried_when_nobody_is_at_the_first() -> None:
    async with (
        http_peer(lambda _: answer(200)) as peer,
        gateway(
            f"http://events.example.test:{peer.port}/", resolve=names("127.0.0.2", "127.0.0.1")
        ) as sender,
    ):
        await sender.deliver(letter())
    assert len(peer.asked) == 1


async def test_a_name_nobody_knows() -> None:
    async def resolve(_: str) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async with gateway("http://no-such-name.example.test/", resolve=resolve) as sender:
        with pytest.raises(DeliveryError, match="no address"):
            await sender.deliver(letter())


async def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    async def resolve(_: str) -> Sequence[Address]:
        await asyncio.Event().wait()
        return []

    async with gateway("http://events.example.test/", resolve=resolve, seconds=0.1) as sender:
        with pytest.raises(DeliveryError, match="not resolved in time") as raised:
            await sender.deliver(letter())
        assert not isinstance(raised.value, OutcomeUnknownError)


async def test_the_certificate_is_the_names_not_the_addresss(tmp_path: Path) -> None:
    made = certificate_for("events.example.test", folder=tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.certificate, made.key)
    async with http_peer(lambda _: answer(200), tls=tls) as peer:
        trusting = {"resolve": names("127.0.0.1"), "ca_file": made.certificate}
        async with gateway(f"https://events.example.test:{peer.port}/", **trusting) as sender:  # type: ignore[arg-type]
            await sender.deliver(letter())
        async with gateway(f"https://other.example.test:{peer.port}/", **trusting) as sender:  # type: ignore[arg-type]
            with pytest.raises(DeliveryError, match="no connection"):
                await sender.deliver(letter())
        async with gateway(f"https://events.example.test:{peer.port}/", resolve=names("127.0.0.1")) as sender:
            with pytest.raises(DeliveryError, match="no connection"):
                await sender.deliver(letter())
    assert len(peer.asked) == 1


async def test_a_name_and_a_password_in_the_url_are_sent_and_told_to_nobody() -> None:
    async with http_peer(lambda _: answer(503)) as peer:
        url = f"http://ola:p%40ss@127.0.0.1:{peer.port}/secret-path"
        async with gateway(url) as sender:
            with pytest.raises(DeliveryError) as raised:
                await sender.deliver(letter())
            told = str(raised.value) + repr(sender._options)
    assert peer.asked[0].headers["authorization"] == "Basic " + base64.b64encode(b"ola:p@ss").decode()
    assert "p@ss" not in told
    assert "p%40ss" not in told
    assert "secret-path" not in told


async def test_what_is_kept_of_retries_has_a_bound_and_older_ones_go_to_all_again() -> None:
    async with (
        http_peer(lambda _: answer(200)) as good,
        http_peer(lambda _: answer(503)) as bad,
        gateway(at(good), at(bad)) as sender,
    ):
        sender._pending._most = 2
        for number in (1, 2, 3):
            with pytest.raises(DeliveryError):
                await sender.deliver(letter(number))
        for number in (3, 1):
            with pytest.raises(DeliveryError):
                await sender.deliver(letter(number))
    assert [json.loads(asked.body)["data"]["notice"] for asked in good.asked] == [1, 2, 3, 1]


async def test_before_opening_and_after_closing_nothing_is_taken() -> None:
    async with gateway("http://127.0.0.1/") as sender:
        assert sender.is_up
    assert not sender.is_up
    with pytest.raises(GatewayAwayError):
        await sender.deliver(letter())


async def test_many_at_once_each_to_its_end() -> None:
    async with http_peer(lambda _: answer(200)) as peer, gateway(at(peer), connections=4) as sender:
        await asyncio.gather(*(sender.deliver(letter(number)) for number in range(1, 41)))
    assert len({asked.headers["webhook-id"] for asked in peer.asked}) == 40
    assert peer.connections <= 4


@pytest.mark.parametrize("url", ["ftp://events.example.test/", "https:///path", "http://0177.0.0.1/"])
def test_a_url_that_is_none(url: str) -> None:
    with pytest.raises(ValueError, match=r"http|host"):
        WebhookGateway(webhook_options(url, secret=SECRET), clock=SetClock())


async def test_an_answer_whose_body_never_ends_is_one_all_the_same() -> None:
    endless = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 10_000
    async with http_peer(lambda _: endless) as peer, gateway(at(peer)) as sender:
        await sender.deliver(letter())


def names(*addresses: str) -> Resolve:
    async def resolve(_: str) -> Sequence[Address]:
        return [ip_address(address) for address in addresses]

    return resolve


def test_the_ids_time_is_that_of_the_notice() -> None:
    assert datetime.fromtimestamp(1772452800, UTC) == letters.NOW
