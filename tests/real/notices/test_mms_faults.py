"""MMSCs that are away, hang, hang up and talk nonsense: what can't have arrived, and what may have."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from personsvar.backoff import Backoff
from personsvar.gateways.mms.mm7_client import Mm7Client
from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.mms.mm7_package import Mm7Package
from personsvar.gateways.trust import trusting
from personsvar.notifier.delivery_errors import (
    DeliveryError,
    GatewayAwayError,
    OutcomeUnknownError,
    UndeliverableError,
)
from personsvar.voice.encode.pool import PoolEncoder
from tests.fakes.clock_and_chance import SetClock
from tests.real.notices.mms_keeper import OPTIONS, GatewayAndMmsc, open_mms_gateway
from tests.tape import tone
from tests.unit.voice_encode.stand_ins import HANGING, ffmpeg_is
from tests.wire.mms_letter import mms_letter
from tests.wire.mmsc import BreakOff, CloseUnanswered, Conduct, Hang, Say, fault, submit_rsp
from tests.wire.until import until

pytestmark = pytest.mark.anyio
HASTY = replace(OPTIONS, answer_seconds=2.0)
LARGE = Mm7Package("multipart/related", b"x" * 30_000_000)
"""More than the sockets between hold: its end was not written while its start is not read."""
RECORDING = tone(0.5)


@pytest.fixture(scope="module")
def encoder() -> Iterator[PoolEncoder]:
    it = PoolEncoder(processes=2)
    yield it
    asyncio.run(it.close())


@pytest.fixture
async def mms(encoder: PoolEncoder) -> AsyncIterator[GatewayAndMmsc]:
    async with open_mms_gateway(encoder) as it:
        yield it


@pytest.fixture
async def hasty(encoder: PoolEncoder) -> AsyncIterator[GatewayAndMmsc]:
    async with open_mms_gateway(encoder, HASTY) as it:
        yield it


async def failure(mms: GatewayAndMmsc, conduct: Conduct) -> Exception:
    mms.mmsc.next.append(conduct)
    with pytest.raises((DeliveryError, UndeliverableError)) as caught:
        await mms.gateway.deliver(mms_letter(RECORDING))
    return caught.value


async def test_away_it_is_looked_for_and_found(mms: GatewayAndMmsc, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "personsvar")
    await mms.mmsc.stop()
    for _ in range(2):
        with pytest.raises(GatewayAwayError, match="no connection"):
            await mms.gateway.deliver(mms_letter(RECORDING))
        assert not mms.gateway.is_up
    pauses = mms.gateway._reachability._backoff
    await until(lambda: pauses.after(pauses.failures) == 0.08)  # it waits longer each time, to its limit
    assert not mms.gateway.is_up
    await mms.mmsc.start()
    await until(lambda: mms.gateway.is_up)
    assert mms.mmsc.sizes == []  # the probe was no message
    await mms.gateway.deliver(mms_letter(RECORDING))
    assert pauses.failures == 0
    told = [line.getMessage() for line in caplog.records if line.name.startswith("personsvar")]
    assert told == ["the MMSC is away", "the MMSC is back"]


async def test_one_that_takes_the_call_and_never_speaks_tls_is_left_alone_longer_and_longer(
    mms: GatewayAndMmsc, encoder: PoolEncoder
) -> None:
    gateway = Mm7Gateway(
        f"https://127.0.0.1:{mms.mmsc.port}/", encoder=encoder, clock=SetClock(), options=HASTY
    )
    await gateway.open()
    with pytest.raises(GatewayAwayError):
        await gateway.deliver(mms_letter(RECORDING))
    pauses = gateway._reachability._backoff
    await until(lambda: pauses.failures > 3)
    assert not gateway.is_up
    await gateway.close()


async def test_one_that_answers_while_it_is_looked_for_is_there(mms: GatewayAndMmsc) -> None:
    mms.mmsc.gate = asyncio.Event()
    slow = asyncio.create_task(mms.gateway.deliver(mms_letter(RECORDING)))
    await until(lambda: mms.mmsc.waiting == 1)
    mms.gateway._reachability._backoff = Backoff(60, 60)
    mms.gateway._reachability.lost(GatewayAwayError("full"))
    assert not mms.gateway.is_up
    mms.mmsc.gate.set()
    await slow
    assert mms.gateway.is_up


@pytest.mark.parametrize(
    "conduct",
    [Hang(), Hang(after_bytes=10), CloseUnanswered(), CloseUnanswered(after_bytes=10), BreakOff()],
    ids=lambda conduct: f"{type(conduct).__name__}-{getattr(conduct, 'after_bytes', '')}",
)
async def test_what_was_written_and_not_answered_may_have_arrived(
    hasty: GatewayAndMmsc, conduct: Conduct
) -> None:
    assert isinstance(await failure(hasty, conduct), OutcomeUnknownError)
    assert hasty.gateway.is_up
    assert (await hasty.gateway.deliver(mms_letter(RECORDING))).ids  # the next one is not held up


@pytest.mark.parametrize("conduct", [Hang(after_bytes=1000), CloseUnanswered(after_bytes=1000)])
async def test_what_was_not_written_to_its_end_has_not_arrived(mms: GatewayAndMmsc, conduct: Conduct) -> None:
    mms.mmsc.next.append(conduct)
    post = Mm7Client(mms.mmsc.url, HASTY, trusting(None))
    with pytest.raises(DeliveryError, match="broken off") as caught:
        await post.send(LARGE)
    assert not isinstance(caught.value, OutcomeUnknownError)
    await post.close()


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(
    ("code", "wanted"), [(4006, DeliveryError), (2003, UndeliverableError), (4001, UndeliverableError)]
)
async def test_a_fault_counts_by_its_code(
    mms: GatewayAndMmsc, code: int, status: int, wanted: type[Exception]
) -> None:
    wrong = await failure(mms, Say(fault(code, "No"), status))
    assert type(wrong) is wanted
    assert str(wrong) == f"MM7 {code} No"
    assert mms.mmsc.taken == []


async def test_a_busy_mmsc_says_how_long_to_wait(mms: GatewayAndMmsc) -> None:
    wrong = await failure(mms, Say(b"busy", 503, "text/plain", ("Retry-After: 90",)))
    assert isinstance(wrong, DeliveryError)
    assert wrong.wait_seconds == 90
    assert mms.gateway.is_up


async def test_an_answer_without_end_is_not_read_to_its_end(mms: GatewayAndMmsc) -> None:
    huge = submit_rsp(1000, "Success", message_id="m" * 50_000_000)
    wrong = await failure(mms, Say(huge))
    assert isinstance(wrong, OutcomeUnknownError)
    assert "over 65536 bytes" in str(wrong)


@pytest.mark.parametrize(
    ("attempt", "wanted"), [(1, DeliveryError), (2, DeliveryError), (3, UndeliverableError)]
)
async def test_what_a_busy_machine_does_not_encode_in_time_was_never_handed_over(
    attempt: int, wanted: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = mms_letter(RECORDING)
    again = replace(letter, notice=replace(letter.notice, attempts=attempt))
    slow = PoolEncoder(processes=1)
    assert slow.can_amr
    ffmpeg_is(HANGING, tmp_path, monkeypatch)
    async with open_mms_gateway(slow, replace(OPTIONS, encode_seconds=0.5)) as mms:
        with pytest.raises(wanted, match=r"not encoded within 0\.5 s") as caught:
            await mms.gateway.deliver(again)
        assert type(caught.value) is wanted
        assert mms.mmsc.sizes == []
        assert mms.gateway.is_up
    await slow.close()


async def test_closing_lets_what_is_under_way_finish(mms: GatewayAndMmsc) -> None:
    mms.mmsc.gate = asyncio.Event()
    under_way = asyncio.create_task(mms.gateway.deliver(mms_letter(RECORDING)))
    await until(lambda: mms.mmsc.waiting == 1)
    closing = asyncio.create_task(mms.gateway.close())
    await asyncio.sleep(0)
    mms.mmsc.gate.set()
    assert (await under_way).ids == ("mms-1",)
    await closing
    assert not mms.gateway.is_up
    with pytest.raises(GatewayAwayError, match="closed"):
        await mms.gateway.deliver(mms_letter(RECORDING))


async def test_a_delivery_that_is_given_up_leaves_nothing_behind(mms: GatewayAndMmsc) -> None:
    mms.mmsc.next.append(Hang())
    given_up = asyncio.create_task(mms.gateway.deliver(mms_letter(RECORDING)))
    await until(lambda: not mms.mmsc.next)
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert await mms.gateway._in_flight.end(within_seconds=0)
    assert (await mms.gateway.deliver(mms_letter(RECORDING))).ids == ("mms-1",)
