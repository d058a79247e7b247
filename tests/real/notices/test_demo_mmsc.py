"""The demo's MMSC takes what our MMS gateway posts, makes it playable, and reports it as fetched."""

from __future__ import annotations

import asyncio
import io
import threading
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from fastapi import FastAPI

from docker.demo import mmsc as module
from docker.demo.amr import NotAmrError, wav
from docker.demo.mmsc import Reports, mmsc
from docker.demo.shelf import Shelf
from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.http.http_server import HttpServer
from personsvar.http.mm7_callbacks import reports_router
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.voice.encode.pool import PoolEncoder
from tests.fakes.clock_and_chance import SetClock
from tests.real.notices.mms_keeper import OPTIONS
from tests.real.ports import free_tcp_port
from tests.tape import Samples, decoded, pitch, seconds, tone
from tests.wire.mms_letter import TEXT, mms_letter
from tests.wire.until import until

pytestmark = pytest.mark.anyio
LOGIN = "personsvar:hemmelig"


@pytest.fixture(scope="module")
def encoder() -> Iterator[PoolEncoder]:
    it = PoolEncoder(processes=1)
    yield it
    asyncio.run(it.close())


@dataclass
class Notifier:
    """The address that reports come to, and what came."""

    bind: str
    failing: int = 0
    """So many can't be stored."""
    receipts: list[Receipt] = field(default_factory=list)

    async def take(self, receipt: Receipt) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreUnavailableError
        self.receipts.append(receipt)


@contextmanager
def notifier(*, failing: int = 0) -> Iterator[Notifier]:
    it = Notifier(f"127.0.0.1:{free_tcp_port()}", failing)
    app = FastAPI()
    app.include_router(
        reports_router(it.take, gateway="mmsc", clock=SetClock(), credentials="m:p w", version="6.8.0")
    )
    web = HttpServer(app, it.bind)
    web.start()
    try:
        yield it
    finally:
        web.stop()


@asynccontextmanager
async def gateway_to(
    shelf: Shelf, encoder: PoolEncoder, *, report_url: str = "", login: str = LOGIN
) -> AsyncIterator[Mm7Gateway]:
    far = mmsc(("127.0.0.1", 0), shelf, login=LOGIN, reports=Reports(report_url, after_seconds=0.01))
    thread = threading.Thread(target=far.serve_forever, args=(0.02,))
    thread.start()
    url = f"http://{login}@127.0.0.1:{far.server_address[1]}/mm7"
    gateway = Mm7Gateway(url, encoder=encoder, clock=SetClock(), options=OPTIONS)
    await gateway.open()
    try:
        yield gateway
    finally:
        await gateway.close()
        far.shutdown()
        thread.join()
        far.server_close()


async def test_an_mms_lies_on_the_shelf_with_a_sound_that_browsers_play(
    encoder: PoolEncoder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = Shelf(tmp_path)
    async with gateway_to(shelf, encoder) as gateway:
        accepted = await gateway.deliver(mms_letter(tone(3, hertz=600)))
    assert accepted.ids[0].startswith("mms-")
    (item,) = shelf.items()
    assert (item.kind, item.to, item.text) == ("mms", "+4790000001", TEXT)
    assert [file.name for file in item.files] == ["message.smil", "message.wav", "message.amr"]
    amr, played = shelf.content(item.id, 2), shelf.content(item.id, 1)
    assert amr is not None
    assert played is not None
    sound = samples(played)
    assert seconds(sound) == seconds(decoded(amr, "amr"))
    assert pitch(sound) == pytest.approx(600, abs=5)
    assert capsys.readouterr().out.startswith("MMS to +4790000001 from 2440: ")


async def test_who_shows_another_login_is_not_let_in(encoder: PoolEncoder, tmp_path: Path) -> None:
    async with gateway_to(Shelf(tmp_path), encoder, login="personsvar:other") as gateway:
        with pytest.raises(UndeliverableError, match="401"):
            await gateway.deliver(mms_letter(tone(1)))
    assert Shelf(tmp_path).items() == []


async def test_what_is_too_large_is_refused_and_the_sender_hears_why(
    encoder: PoolEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST_BYTES", 1000)
    async with gateway_to(Shelf(tmp_path), encoder) as gateway:
        with pytest.raises(UndeliverableError, match="refused at every size: MM7 2004"):
            await gateway.deliver(mms_letter(tone(2)))
    assert Shelf(tmp_path).items() == []


async def test_it_is_reported_as_fetched_and_again_until_that_is_stored(
    encoder: PoolEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", (0.01,) * 5)
    with notifier(failing=2) as here:
        report_url = f"http://m:p%20w@{here.bind}/gateways/mm7"
        async with gateway_to(Shelf(tmp_path), encoder, report_url=report_url) as gateway:
            accepted = await gateway.deliver(mms_letter(tone(1)))
            await until(lambda: len(here.receipts) == 1)
    assert here.failing == 0
    assert (here.receipts[0].gateway_id, here.receipts[0].state) == (accepted.ids[0], ReceiptState.DELIVERED)


async def test_amr_that_is_cut_or_broken_plays_as_far_as_it_goes(encoder: PoolEncoder) -> None:
    amr = await encoder.amr(tone(1), bit_rate=12200)
    frame_bytes = 32
    assert seconds(samples(wav(amr[:-1]))) == pytest.approx(seconds(samples(wav(amr))) - 0.02)
    assert samples(wav(amr[: 6 + frame_bytes] + b"\x78\x48" + amr[6:])).size == 2 * 160  # lost; broken
    with pytest.raises(NotAmrError):
        wav(b"RIFF")


def samples(sound: bytes) -> Samples:
    with wave.open(io.BytesIO(sound)) as it:
        assert (it.getframerate(), it.getsampwidth(), it.getnchannels()) == (8000, 2, 1)
        return np.frombuffer(it.readframes(it.getnframes()), dtype=np.int16).astype(np.float64) / 2**15
