"""E-mails through a real Postfix: read back from the mailbox, and the MP3 listened to."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage

import numpy as np
import pytest

from personsvar.gateways.email.email_gateway import EmailGateway
from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, UndeliverableError
from personsvar.notifier.gateway import Accepted
from personsvar.voice.encode.pool import PoolEncoder
from tests.real.g711 import RATE, Samples
from tests.real.notices.postfix import Postfix, running_postfix, wait_for
from tests.real.signals import SWEEP_HZ_A_SECOND, SWEEP_START_HZ, sweep
from tests.unit.gateways.email.email_gateways import gateway, opened
from tests.unit.gateways.email.mails import letter
from tests.wire.until import until

pytestmark = pytest.mark.anyio
SECONDS = 6.0


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    with running_postfix() as it:
        yield it


@pytest.fixture
async def encoder() -> AsyncIterator[PoolEncoder]:
    it = PoolEncoder(processes=1)
    await it.open()
    try:
        yield it
    finally:
        await it.close()


def _starttls(postfix: Postfix) -> str:
    return f"smtp://127.0.0.1:{postfix.starttls}"


async def _sent(postfix: Postfix, url: str, **wishes: object) -> EmailMessage:
    address = postfix.new_address()
    async with opened(url, ca_file=postfix.ca, **wishes) as it:
        await it.deliver(letter(address=address, alaw=sweep(SECONDS)))
    (mail,) = await asyncio.to_thread(postfix.arrived, address)
    return mail


async def test_a_message_arrives_with_its_recording_as_mp3(postfix: Postfix, encoder: PoolEncoder) -> None:
    mail = await _sent(postfix, _starttls(postfix), encoder=encoder, encode_seconds=300)
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/mpeg"
    assert sound["Content-Duration"] == "6"
    _assert_is_the_sweep(sound.get_content())


async def test_the_words_arrive_as_they_were_written(postfix: Postfix) -> None:
    mail = await _sent(postfix, _starttls(postfix))
    assert mail["Subject"] == "Ny beskjed fra +47 900 00 002 (23 sek)"
    assert mail["Message-ID"] == "<notice-12.1772452800@example.test>"
    assert mail["Return-Path"] == "<voicemail@example.test>"
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert "Vil du høre den på telefon, ring +47 474 71 000 og tast 1." in text.get_content()
    assert "Vil du høre den på telefon" in page.get_content()
    assert mail.defects == []


async def test_a_recording_may_go_as_wav(postfix: Postfix) -> None:
    mail = await _sent(postfix, _starttls(postfix), sound="wav")
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/x-wav"
    _assert_is_the_sweep(sound.get_content())


async def test_starttls_is_used(postfix: Postfix) -> None:
    mail = await _sent(postfix, _starttls(postfix))
    assert re.search(r"using TLSv1\.[23].*with ESMTPS", mail["Received"], re.DOTALL)


async def test_tls_at_once_is_used(postfix: Postfix) -> None:
    mail = await _sent(postfix, f"smtps://127.0.0.1:{postfix.tls}")
    assert "with ESMTPS" in mail["Received"]


async def test_clear_text_is_for_those_who_ask_for_it(postfix: Postfix) -> None:
    mail = await _sent(postfix, f"smtp://127.0.0.1:{postfix.plain}?starttls=no")
    assert "with ESMTP id" in mail["Received"].replace("\r\n", "")


async def test_nothing_goes_out_in_clear_text_where_starttls_is_missing(
    postfix: Postfix, caplog: pytest.LogCaptureFixture
) -> None:
    address = postfix.new_address()
    it = gateway(f"smtp://127.0.0.1:{postfix.plain}", ca_file=postfix.ca)
    await _assert_is_refused(it, address, caplog, why="STARTTLS")
    assert f"to=<{address}>" not in postfix.log()


async def test_nothing_goes_to_a_server_nobody_vouches_for(
    postfix: Postfix, caplog: pytest.LogCaptureFixture
) -> None:
    address = postfix.new_address()
    it = gateway(_starttls(postfix))  # the system's certificates do not know it
    await _assert_is_refused(it, address, caplog, why="TLS")
    assert f"to=<{address}>" not in postfix.log()


async def test_nothing_goes_to_a_server_of_another_name(
    postfix: Postfix, caplog: pytest.LogCaptureFixture
) -> None:
    it = gateway(f"smtps://localhost:{postfix.tls}", ca_file=postfix.ca)
    await _assert_is_refused(it, postfix.new_address(), caplog, why="TLS")


async def test_an_unknown_recipient_is_never_tried_again(postfix: Postfix) -> None:
    async with opened(_starttls(postfix), ca_file=postfix.ca) as it:
        with pytest.raises(UndeliverableError) as refused:
            await it.deliver(letter(address="nobody@example.test"))
        assert str(refused.value).startswith("550 5.1.1 <...>: Recipient address rejected")
        assert it.is_up
        address = postfix.new_address()
        await it.deliver(letter(address=address))
    await asyncio.to_thread(postfix.arrived, address)


async def test_who_is_put_off_is_tried_again(postfix: Postfix) -> None:
    address = postfix.new_address("grey")
    async with opened(_starttls(postfix), ca_file=postfix.ca) as it:
        with pytest.raises(DeliveryError) as later:
            await it.deliver(letter(address=address))
        assert not isinstance(later.value, GatewayAwayError)
        assert "Greylisted" in str(later.value)
        assert await it.deliver(letter(address=address)) == Accepted(f"127.0.0.1:{postfix.starttls}")
    await asyncio.to_thread(postfix.arrived, address)


async def test_many_mails_go_by_few_connections(postfix: Postfix) -> None:
    addresses = [postfix.new_address() for _ in range(30)]
    before = len(postfix.log())
    async with opened(_starttls(postfix), ca_file=postfix.ca, connections=3) as it:
        await asyncio.gather(*(it.deliver(letter(address=to, number=i)) for i, to in enumerate(addresses)))
    for address in addresses:
        await asyncio.to_thread(postfix.arrived, address)
    said = postfix.log()[before:]
    wait_for(lambda: len(re.findall(r"disconnect from .* mail=\d+", postfix.log()[before:])) >= 2, "goodbyes")
    assert len(re.findall(r"smtpd\[\d+\]: connect from", said)) <= 3


async def test_a_mail_too_large_for_the_server_goes_without_the_recording(postfix: Postfix) -> None:
    address = postfix.new_address()
    async with opened(_starttls(postfix), ca_file=postfix.ca, sound="wav") as it:
        await it.deliver(letter(address=address, alaw=bytes(900_000)))  # 1.8 MB, 2.4 in base64
    (mail,) = await asyncio.to_thread(postfix.arrived, address)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Lydfilen er for stor til å sendes" in text.get_content()
    assert not list(mail.iter_attachments())


async def _assert_is_refused(
    it: EmailGateway, address: str, caplog: pytest.LogCaptureFixture, *, why: str
) -> None:
    """It never comes up, says so once and loudly, and gives up no notice for it."""
    await it.open()
    try:
        await until(lambda: any(record.levelname == "ERROR" for record in caplog.records))
        assert not it.is_up
        with pytest.raises(GatewayAwayError, match=why):
            await it.deliver(letter(address=address))
        assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1
    finally:
        await it.close()


def _assert_is_the_sweep(sound: bytes) -> None:
    heard = _decoded(sound)
    assert len(heard) / RATE == pytest.approx(SECONDS, abs=0.1)
    for second in (1.0, 3.0, 5.0):
        expected = SWEEP_START_HZ + SWEEP_HZ_A_SECOND * second
        assert _pitch(heard, second) == pytest.approx(expected, abs=8)


def _decoded(sound: bytes) -> Samples:
    command = ["ffmpeg", "-v", "error", "-i", "-", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-"]
    ran = subprocess.run(command, input=sound, capture_output=True, check=True)
    return np.frombuffer(ran.stdout, dtype="<i2")


def _pitch(heard: Samples, second: float) -> float:
    around = heard[round((second - 0.1) * RATE) : round((second + 0.1) * RATE)].astype(np.float64)
    spectrum = np.abs(np.fft.rfft(around * np.hanning(len(around)), n=RATE))
    return float(np.argmax(spectrum))
