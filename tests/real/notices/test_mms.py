"""A message as MMS, from the recording to the MMSC's hands, where its AMR is played again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.http.http_server import HttpServer
from personsvar.http.mm7_callbacks import reports_router
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.gateway import Accepted, Gateway
from personsvar.notifier.words.rendering import Multimedia
from personsvar.voice.encode.pool import PoolEncoder
from tests.fakes.clock_and_chance import SetClock
from tests.real.notices.mms_keeper import OPTIONS, GatewayAndMmsc, open_mms_gateway
from tests.real.ports import free_tcp_port
from tests.tape import decoded, pitch, seconds, tone
from tests.unit.voice_encode.stand_ins import BROKEN, WITHOUT_AMR, ffmpeg_is
from tests.wire.mms_letter import NOON, TEXT, mms_letter
from tests.wire.mmsc import delivery_report
from tests.wire.until import until

pytestmark = pytest.mark.anyio
LIMIT = 300 * 1024
MODES = {4750: 0, 5900: 2, 7950: 5, 12200: 7}
"""A frame's type, by its bit rate (RFC 4867, 5.3)."""


@pytest.fixture(scope="module")
def encoder() -> Iterator[PoolEncoder]:
    it = PoolEncoder(processes=3)
    yield it
    asyncio.run(it.close())


@pytest.fixture
async def mms(encoder: PoolEncoder) -> AsyncIterator[GatewayAndMmsc]:
    async with open_mms_gateway(encoder) as it:
        yield it


def mode(amr: bytes) -> int:
    return amr[6] >> 3 & 0x0F


async def test_the_mmsc_has_the_recording_its_words_and_whom_it_is_for(mms: GatewayAndMmsc) -> None:
    gateway: Gateway = mms.gateway
    letter = mms_letter(tone(23, hertz=600))
    accepted = await gateway.deliver(letter)
    assert accepted == Accepted(f"127.0.0.1:{mms.mmsc.port}", ("mms-1",))
    (got,) = mms.mmsc.taken
    assert got.transaction == str(letter.notice.id)
    assert (got.word("Recipients/To/Number"), got.word("Subject")) == (
        "+4790000001",
        letter.content_as(Multimedia).subject,
    )
    assert got.text == TEXT
    heard = decoded(got.sound, "amr")
    assert seconds(heard) == pytest.approx(23, abs=0.1)
    assert pitch(heard) == pytest.approx(600, abs=3)


@pytest.mark.parametrize(("length", "bit_rate"), [(180, 12200), (250, 7950)])
async def test_three_minutes_go_at_the_best_rate_and_more_at_a_lower_one(
    mms: GatewayAndMmsc, length: int, bit_rate: int
) -> None:
    await mms.gateway.deliver(mms_letter(tone(length)))
    (got,) = mms.mmsc.taken
    assert mode(got.sound) == MODES[bit_rate]
    assert got.size <= LIMIT
    heard = decoded(got.sound, "amr")
    assert seconds(heard) == pytest.approx(length, abs=0.1)
    assert pitch(heard) == pytest.approx(440, abs=2)


async def test_what_does_not_fit_at_any_rate_is_not_sent(encoder: PoolEncoder) -> None:
    async with open_mms_gateway(encoder, replace(OPTIONS, largest_kilobytes=30)) as mms:
        with pytest.raises(UndeliverableError, match="too long for an MMS of 30 kB"):
            await mms.gateway.deliver(mms_letter(tone(60)))
        assert mms.mmsc.sizes == []


@pytest.mark.parametrize(("largest", "bit_rate", "tries"), [(30_000, 5900, 2), (23_000, 4750, 3)])
async def test_found_too_large_it_is_sent_smaller(
    mms: GatewayAndMmsc, largest: int, bit_rate: int, tries: int
) -> None:
    mms.mmsc.largest_bytes = largest
    await mms.gateway.deliver(mms_letter(tone(30)))
    (got,) = mms.mmsc.taken
    assert mode(got.sound) == MODES[bit_rate]
    assert len(mms.mmsc.sizes) == tries
    assert seconds(decoded(got.sound, "amr")) == pytest.approx(30, abs=0.1)


async def test_refused_at_every_size_it_is_undeliverable(mms: GatewayAndMmsc) -> None:
    mms.mmsc.largest_bytes = 100
    with pytest.raises(UndeliverableError, match="refused at every size: MM7 2004"):
        await mms.gateway.deliver(mms_letter(tone(5)))
    assert len(mms.mmsc.sizes) == 3


async def test_several_are_under_way_at_once(mms: GatewayAndMmsc) -> None:
    mms.mmsc.gate = asyncio.Event()
    letters = [mms_letter(tone(0.5)) for _ in range(3)]
    all_of_them = asyncio.gather(*(mms.gateway.deliver(letter) for letter in letters))
    await until(lambda: mms.mmsc.waiting == 3)
    mms.mmsc.gate.set()
    assert len({accepted.ids for accepted in await all_of_them}) == 3
    assert {got.transaction for got in mms.mmsc.taken} == {str(letter.notice.id) for letter in letters}


@pytest.mark.parametrize("recording", [None, b""])
async def test_without_a_recording_there_is_no_mms(mms: GatewayAndMmsc, recording: bytes | None) -> None:
    with pytest.raises(UndeliverableError, match="no recording"):
        await mms.gateway.deliver(mms_letter(recording))
    assert mms.mmsc.sizes == []


async def test_a_recording_that_can_not_be_encoded_is_undeliverable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = PoolEncoder(processes=1)
    assert encoder.can_amr
    ffmpeg_is(BROKEN, tmp_path, monkeypatch)
    async with open_mms_gateway(encoder) as mms:
        with pytest.raises(UndeliverableError, match=r"can't be encoded: .*Invalid data"):
            await mms.gateway.deliver(mms_letter(tone(1)))
        assert mms.mmsc.sizes == []
    await encoder.close()


async def test_without_the_amr_encoder_it_says_so_at_the_start_and_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ffmpeg_is(WITHOUT_AMR, tmp_path, monkeypatch)
    encoder = PoolEncoder(processes=1)
    async with open_mms_gateway(encoder) as mms:
        (said,) = [line.getMessage() for line in caplog.records if line.levelno == logging.WARNING]
        assert said.startswith("recordings can not go out as MMS, SMS goes instead")
        assert said.endswith("apt install ffmpeg libavcodec-extra")
        with pytest.raises(UndeliverableError, match="libavcodec-extra"):
            await mms.gateway.deliver(mms_letter(tone(1)))
        assert mms.mmsc.sizes == []


async def test_wrong_credentials_are_undeliverable_and_stand_nowhere(
    mms: GatewayAndMmsc, encoder: PoolEncoder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = f"http://vasp:hunter22@127.0.0.1:{mms.mmsc.port}/mm7/submit?vasp=1"
    gateway = Mm7Gateway(url, encoder=encoder, clock=SetClock(), options=OPTIONS)
    await gateway.open()
    with pytest.raises(UndeliverableError, match="HTTP 401") as caught:
        await gateway.deliver(mms_letter(tone(0.5)))
    await gateway.close()
    assert "hunter22" not in f"{caught.value!r} {caplog.text}"
    assert TEXT not in caplog.text


async def test_the_report_names_the_message_as_it_was_accepted(mms: GatewayAndMmsc) -> None:
    accepted = await mms.gateway.deliver(mms_letter(tone(0.5)))
    receipts: list[Receipt] = []

    async def take(receipt: Receipt) -> None:
        receipts.append(receipt)

    app = FastAPI()
    app.include_router(
        reports_router(take, gateway=mms.gateway.name, clock=SetClock(), credentials="m:p", version="6.8.0")
    )
    bind = f"127.0.0.1:{free_tcp_port()}"
    web = HttpServer(app, bind)
    web.start()
    try:
        async with httpx.AsyncClient(auth=("m", "p"), trust_env=False) as as_the_mmsc:
            said = await as_the_mmsc.post(
                f"http://{bind}/gateways/mm7",
                content=delivery_report(accepted.ids[0], "Retrieved", swapped=True),
                headers={"Content-Type": "text/xml"},
            )
    finally:
        web.stop()
    assert said.status_code == 200
    (receipt,) = receipts
    assert receipt == Receipt(accepted.gateway, accepted.ids[0], ReceiptState.DELIVERED, NOON, "Retrieved")
