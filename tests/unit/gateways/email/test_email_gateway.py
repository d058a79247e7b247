"""What a mail server does, and what becomes of the notice. Postfix itself is in tests/real/notices."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from personsvar.encryption.vault import new_key
from personsvar.gateways.email.signed_links import SignedLinks, signing_key
from personsvar.gateways.email.smtp_replies import OperatorsMistakeError
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.notifier.gateway import Accepted
from tests.real.notices.certificates import certificate
from tests.unit.gateways.email.email_gateways import gateway, opened
from tests.unit.gateways.email.mail_servers import Answer, Deaf, Manners, running_server
from tests.unit.gateways.email.mails import NOON, SmallEncoder, letter, with_words
from tests.wire.loopback_server import loopback_server
from tests.wire.until import until

pytestmark = pytest.mark.anyio
LINKS = SignedLinks(
    "https://voicemail.example.test", signing_key(new_key()), timedelta(days=14), lambda: NOON
)


def _exactly(wrong: Exception, kind: type[Exception]) -> None:
    """Of the kinds the outbox tells apart, this one."""
    kinds: Sequence[type[Exception]] = (
        OutcomeUnknownError,
        GatewayAwayError,
        DeliveryError,
        UndeliverableError,
    )
    assert next(one for one in kinds if isinstance(wrong, one)) is kind


async def _tried(manners: Manners) -> Exception:
    async with running_server(manners) as server, opened(server.url) as it:
        with pytest.raises((DeliveryError, UndeliverableError)) as failed:
            await it.deliver(letter())
        return failed.value


def manners(what: str, answer: Answer) -> Manners:
    return replace(Manners(), **{what: answer})  # type: ignore[arg-type] # one of its three answers


async def test_a_mail_that_was_taken_is_the_servers() -> None:
    async with running_server(Manners()) as server, opened(server.url) as it:
        assert await it.deliver(letter()) == Accepted(f"127.0.0.1:{server.port}")
        assert len(server.manners.mails) == 1


async def test_an_address_in_norwegian_letters_goes_where_the_server_takes_such() -> None:
    to = "bjørn.åse@blåbær.test"
    async with running_server(Manners(), enable_SMTPUTF8=True) as server, opened(server.url) as it:
        await it.deliver(letter(address=to))
        assert server.manners.recipients == ["bjørn.åse@xn--blbr-roah.test"]
        assert "To: bjørn.åse@xn--blbr-roah.test".encode() in server.manners.mails[0]
    async with running_server(Manners()) as server, opened(server.url) as it:
        with pytest.raises(UndeliverableError, match="offers no SMTPUTF8"):
            await it.deliver(letter(address=to))
        await it.deliver(letter(address="kari@blåbær.test"))
        assert server.manners.recipients == ["kari@xn--blbr-roah.test"]


ANSWERS = [
    ("recipient", "550 5.1.1 no such user", UndeliverableError),
    ("recipient", "553 5.1.3 bad address", UndeliverableError),
    ("recipient", "552 5.2.2 mailbox full", UndeliverableError),
    ("recipient", "450 4.2.0 greylisted", DeliveryError),
    ("recipient", "452 4.3.1 disk full", DeliveryError),
    ("recipient", "530 5.7.0 authentication required", GatewayAwayError),
    ("sender", "550 5.7.1 not your address", GatewayAwayError),
    ("sender", "451 4.3.0 not now", DeliveryError),
    ("content", "554 5.7.1 looks like spam", UndeliverableError),
    ("content", "451 4.3.0 queue write error", DeliveryError),
]


@pytest.mark.parametrize(("what", "answer", "means"), ANSWERS)
async def test_an_answer_means(what: str, answer: str, means: type[Exception]) -> None:
    wrong = await _tried(manners(what, lambda _: answer))
    _exactly(wrong, means)
    assert answer in str(wrong)


async def test_an_answer_is_told_without_the_address() -> None:
    wrong = await _tried(Manners(recipient=lambda _: "550 5.1.1 <OLA@example.test>: unknown"))
    assert str(wrong) == "550 5.1.1 <...>: unknown"


async def test_after_a_refusal_the_same_connection_serves_the_next() -> None:
    answers = iter(["550 no", "250 ok", "450 later", "250 ok"])
    async with running_server(Manners(recipient=lambda _: next(answers))) as server, opened(server.url) as it:
        with pytest.raises(UndeliverableError):
            await it.deliver(letter())
        await it.deliver(letter())
        with pytest.raises(DeliveryError):
            await it.deliver(letter())
        await it.deliver(letter())
        assert server.manners.connections == 1


async def test_a_loss_before_the_mail_is_no_outcome() -> None:
    def cut(manners: Manners) -> str:
        manners.cut()
        return "250 too late"

    wrong = await _tried(Manners(recipient=cut))
    _exactly(wrong, DeliveryError)


async def test_a_loss_after_the_whole_mail_is_an_unknown_outcome() -> None:
    def cut(manners: Manners) -> str:
        manners.cut()
        return "250 too late"

    wrong = await _tried(Manners(content=cut))
    _exactly(wrong, OutcomeUnknownError)


@pytest.mark.parametrize(
    ("hangs_at", "means"),
    [("sender", DeliveryError), ("recipient", DeliveryError), ("content", OutcomeUnknownError)],
)
async def test_a_server_that_hangs_is_left_in_time(hangs_at: str, means: type[Exception]) -> None:
    async def hang(_: Manners) -> str:
        await asyncio.Event().wait()
        return "never"

    async with running_server(manners(hangs_at, hang)) as server, opened(server.url, seconds=2.0) as it:
        with pytest.raises(DeliveryError) as failed:
            await it.deliver(letter())
        _exactly(failed.value, means)


async def test_a_server_that_stops_reading_got_no_mail() -> None:
    """The end of the mail is still here: so it is no unknown outcome, and nothing of it goes out later."""
    deaf = Deaf()
    server = await asyncio.get_running_loop().create_server(lambda: deaf, "127.0.0.1", 0)
    url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}?starttls=no"
    it = gateway(url, seconds=1.0, sound="wav", max_bytes=100_000_000)
    with pytest.raises(DeliveryError, match="only a part") as failed:
        await it.deliver(letter(alaw=bytes(4_000_000)))
    _exactly(failed.value, DeliveryError)
    deaf.transport.abort()
    server.close()
    await it.close()


async def test_a_rested_connection_that_is_told_to_go_is_no_failed_try() -> None:
    def at_the_third(manners: Manners) -> str:
        return "421 4.7.0 enough of you" if manners.tries == 3 else "250 ok"

    async with running_server(Manners(sender=at_the_third)) as server, opened(server.url) as it:
        for number in range(4):
            await it.deliver(letter(number=number))
        assert len(server.manners.mails) == 4
        assert server.manners.connections == 2


async def test_connections_nobody_needs_are_left() -> None:
    async with running_server(Manners()) as server, opened(server.url, idle_seconds=0.05) as it:
        await it.deliver(letter())
        first = server.manners.sessions[0]
        await until(lambda: first.transport is None)
        assert it.is_up
        await it.deliver(letter())
        assert server.manners.connections == 2


async def test_no_more_connections_than_were_asked_for() -> None:
    async with running_server(Manners()) as server, opened(server.url, connections=2) as it:
        await asyncio.gather(*(it.deliver(letter(number=number)) for number in range(40)))
        assert server.manners.connections == 2
        assert len(server.manners.mails) == 40


async def test_a_server_that_allows_fewer_connections_is_content_with_fewer() -> None:
    waiting = asyncio.Event()

    async def slow(_: Manners) -> str:
        await waiting.wait()
        return "250 ok"

    manners = Manners(content=slow)
    async with (
        running_server(manners) as server,
        loopback_server(_allow(2, server.port)) as relay,
        opened(f"smtp://127.0.0.1:{relay.port}?starttls=no") as it,
    ):
        sending = [asyncio.create_task(it.deliver(letter(number=number))) for number in range(6)]
        await until(lambda: len(manners.mails) == 2)
        waiting.set()
        await asyncio.gather(*sending)
        assert it.is_up
        assert len(manners.mails) == 6


async def test_one_that_is_refused_as_the_other_falls_idle_is_content_with_that() -> None:
    waiting, idle, fronts = asyncio.Event(), asyncio.Event(), count()

    async def slow(_: Manners) -> str:
        await waiting.wait()
        return "250 ok"

    async def refused_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if next(fronts) == 0:
            await _passed_on(server.port, reader, writer)
            return
        waiting.set()
        await idle.wait()
        writer.write(b"421 4.7.0 too many connections\r\n")
        writer.close()

    manners = Manners(content=slow)
    async with (
        running_server(manners) as server,
        loopback_server(refused_late) as relay,
        opened(f"smtp://127.0.0.1:{relay.port}?starttls=no") as it,
    ):
        first = asyncio.create_task(it.deliver(letter(number=1)))
        await until(lambda: len(manners.mails) == 1)
        second = asyncio.create_task(it.deliver(letter(number=2)))
        await first
        idle.set()
        await second
        assert it.is_up
        assert (len(manners.mails), manners.connections) == (2, 1)


async def test_too_large_for_the_server_goes_with_a_link() -> None:
    refused = iter(["552 5.3.4 message too big", "250 ok"])
    manners = Manners(content=lambda _: next(refused))
    async with running_server(manners) as server, opened(server.url, links=LINKS) as it:
        await it.deliver(letter())
    first, second = manners.mails
    assert b"audio/mpeg" in first
    assert b"audio/mpeg" not in second
    assert b"https://voicemail.example.test/r/" in second


async def test_a_size_the_server_announced_is_not_tried_with_more() -> None:
    async with (
        running_server(Manners(), data_size_limit=20_000) as server,
        opened(server.url, links=LINKS, sound="wav") as it,
    ):
        await it.deliver(letter(alaw=bytes(16_000)))
        (mail,) = server.manners.mails
        assert b"https://voicemail.example.test/r/" in mail


async def test_too_large_even_without_the_recording_is_given_up() -> None:
    manners = Manners(content=lambda _: "552 5.3.4 message too big")
    wrong = await _tried(manners)
    _exactly(wrong, UndeliverableError)
    assert len(manners.mails) == 2


@pytest.mark.parametrize(
    ("links", "said"), [(LINKS, b"https://voicemail.example.test/r/"), (None, b"venter p=C3=A5 deg")]
)
async def test_above_our_own_limit_the_recording_stays_here(links: SignedLinks | None, said: bytes) -> None:
    async with running_server(Manners()) as server, opened(server.url, links=links, max_bytes=8000) as it:
        await it.deliver(letter(alaw=bytes(80_000)))
        (mail,) = server.manners.mails
        assert said in mail
        assert b"audio/" not in mail


async def test_what_can_not_be_encoded_goes_as_wav() -> None:
    encoder = SmallEncoder(refuses=True)
    async with running_server(Manners()) as server, opened(server.url, encoder=encoder) as it:
        await it.deliver(letter())
        assert encoder.made == [8000]
        assert b"Content-Type: audio/x-wav" in server.manners.mails[0]


async def test_an_encoder_that_does_not_come_back_is_not_waited_for() -> None:
    class Slow(SmallEncoder):
        async def mp3(self, alaw: bytes) -> bytes:
            await asyncio.Event().wait()
            return alaw

    async with running_server(Manners()) as server:
        async with opened(server.url, encoder=Slow(), encode_seconds=0.05) as it:
            await it.deliver(letter())
        assert b"Content-Type: audio/x-wav" in server.manners.mails[0]


async def test_lines_that_begin_with_a_dot_arrive_with_it() -> None:
    text = "Hei\r\n.\r\n..to\r\n. QUIT"
    dotted = with_words(letter(kind=NoticeKind.MISSED_CALL, alaw=None), text=text)
    async with running_server(Manners()) as server, opened(server.url) as sending:
        await sending.deliver(dotted)
        assert b"\r\n.\r\n..to\r\n. QUIT\r\n" in server.manners.mails[0]


async def test_no_address_is_found_out_before_anybody_is_asked() -> None:
    async with running_server(Manners()) as server, opened(server.url) as it:
        with pytest.raises(UndeliverableError):
            await it.deliver(letter(address=None))
        assert server.manners.tries == 0


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """A server's; `ca.pem` in the same folder vouches for it."""
    trusted, own = certificate("127.0.0.1")
    (tmp_path / "ca.pem").write_bytes(trusted)
    (tmp_path / "own.pem").write_bytes(own)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "own.pem")
    return context


async def test_the_password_lets_in(tls: ssl.SSLContext, tmp_path: Path) -> None:
    async with running_server(Manners(), tls=tls, password=b"hemmelig/1") as server:
        url = f"smtp://ola:hemmelig%2F1@127.0.0.1:{server.port}"
        async with opened(url, ca_file=tmp_path / "ca.pem") as it:
            await it.deliver(letter())
        assert len(server.manners.mails) == 1


async def test_a_wrong_password_is_the_operators_mistake_and_told_once(
    tls: ssl.SSLContext, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with running_server(Manners(), tls=tls, password=b"hemmelig") as server:
        it = gateway(f"smtp://ola:galt@127.0.0.1:{server.port}", ca_file=tmp_path / "ca.pem")
        await it.open()
        await until(lambda: server.manners.connections > 3)
        with pytest.raises(OperatorsMistakeError, match="535"):
            await it.deliver(letter())
        assert not it.is_up
        await it.close()
    assert len(_loud(caplog)) == 1
    assert "galt" not in caplog.text


async def test_a_sender_that_is_refused_is_told_once_however_often_it_is_tried(
    caplog: pytest.LogCaptureFixture,
) -> None:
    manners = Manners(sender=lambda _: "550 5.7.1 not your address")
    async with running_server(manners) as server, opened(server.url) as it:
        for _ in range(4):
            await until(lambda: it.is_up)
            with pytest.raises(GatewayAwayError):
                await it.deliver(letter())
            assert not it.is_up
    assert len(_loud(caplog)) == 1


async def test_closing_lets_what_is_under_way_finish() -> None:
    going = asyncio.Event()

    async def slow(_: Manners) -> str:
        await going.wait()
        return "250 ok"

    async with running_server(Manners(content=slow)) as server:
        it = gateway(server.url)
        await it.open()
        await until(lambda: it.is_up)
        sending = asyncio.create_task(it.deliver(letter()))
        await until(lambda: len(server.manners.mails) == 1)
        closing = asyncio.create_task(it.close())
        await until(lambda: not it.is_up)
        going.set()
        await closing
        assert (await sending).gateway == f"127.0.0.1:{server.port}"
        with pytest.raises(GatewayAwayError):
            await it.deliver(letter())


def _loud(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = [record for record in caplog.records if record.name.startswith("personsvar")]
    return [record.message for record in ours if record.levelname == "ERROR"]


def _allow(
    most: int, port: int
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]:
    """A front that lets so many in at once."""
    inside = 0

    async def front(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal inside
        if inside >= most:
            writer.write(b"421 4.7.0 too many connections\r\n")
            writer.close()
            return
        inside += 1
        try:
            await _passed_on(port, reader, writer)
        finally:
            inside -= 1

    return front


async def _passed_on(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    back_reader, back_writer = await asyncio.open_connection("127.0.0.1", port)
    await asyncio.gather(_pump(reader, back_writer), _pump(back_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
