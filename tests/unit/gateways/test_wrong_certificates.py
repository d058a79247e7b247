"""A certificate that is wrong takes a gateway out, once, until it is right: each by its own probe."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from personsvar.gateways.destination import Destination
from personsvar.gateways.kannel import KannelGateway
from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.public_addresses import system_resolve
from personsvar.gateways.transcripts.http_transcriber import HttpTranscriber
from personsvar.gateways.trust import trusting
from personsvar.gateways.webhooks.receiver import Receiver
from personsvar.mailbox.ports.transcriber import TranscriberAwayError
from personsvar.notifier.delivery_errors import GatewayAwayError
from tests.fakes.clock_and_chance import SetClock
from tests.unit.notifier.outbox.far_ends import QuickEncoder
from tests.wire.certificates import Made, certificate_for
from tests.wire.gateway_options import kannel_options, mm7_options, transcriber_options
from tests.wire.http_peer import answer, http_peer
from tests.wire.letters import letter
from tests.wire.speech_answers import SPEACHES, written
from tests.wire.until import until

pytestmark = pytest.mark.anyio
TAKEN = answer(200, written(SPEACHES).decode())
PROBES = 3


@dataclass
class TwoCertificates:
    """The server shows the wrong one until it is set right."""

    wrong: Made
    right: Made
    tls: ssl.SSLContext = field(default_factory=lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    pauses: int = 0

    def show(self, which: Made) -> None:
        self.tls.load_cert_chain(which.certificate, which.key)

    async def sleep(self, _: float) -> None:
        """After some probes in vain it is set right."""
        self.pauses += 1
        if self.pauses == PROBES:
            self.show(self.right)
        await asyncio.sleep(0)


@pytest.fixture
def two(tmp_path: Path) -> TwoCertificates:
    folders = [tmp_path / name for name in ("wrong", "right")]
    for folder in folders:
        folder.mkdir()
    wrong, right = (certificate_for("localhost", folder=folder) for folder in folders)
    made = TwoCertificates(wrong, right)
    made.show(made.wrong)
    return made


@asynccontextmanager
async def opened(gateway: Any) -> AsyncIterator[Any]:
    await gateway.open()
    try:
        yield gateway
    finally:
        await gateway.close()


def kannel(url: str, two: TwoCertificates) -> tuple[Any, Callable[[], Awaitable[object]]]:
    options = kannel_options(url, ca_file=two.right.certificate)
    made = KannelGateway(options, clock=SetClock(), jitter=lambda: 0.5, sleep=two.sleep)
    return made, lambda: made.deliver(letter("Hei"))


def transcriber(url: str, two: TwoCertificates) -> tuple[Any, Callable[[], Awaitable[object]]]:
    options = transcriber_options(url, ca_file=two.right.certificate)
    made = HttpTranscriber(options, clock=SetClock(), jitter=lambda: 0.5, sleep=two.sleep)
    return made, lambda: made.transcript(b"\xd5" * 16_000, "nb")


@pytest.mark.parametrize("make", [kannel, transcriber])
async def test_it_is_told_once_that_it_is_away_and_once_that_it_is_back(
    two: TwoCertificates,
    caplog: pytest.LogCaptureFixture,
    make: Callable[[str, TwoCertificates], tuple[Any, Callable[[], Awaitable[object]]]],
) -> None:
    caplog.set_level(logging.INFO, "personsvar")
    async with http_peer(lambda _: TAKEN, tls=two.tls) as peer:
        gateway, deliver = make(f"https://localhost:{peer.port}", two)
        async with opened(gateway):
            with pytest.raises((GatewayAwayError, TranscriberAwayError), match="CERTIFICATE_VERIFY_FAILED"):
                await deliver()
            assert not gateway.is_up
            await until(lambda: gateway.is_up)
            assert two.pauses == PROBES
            await deliver()
    told = [line.getMessage() for line in caplog.records if line.name.startswith("personsvar")]
    assert told == ["the gateway is away", "the gateway is back"]


async def test_the_probes_of_a_receiver_and_of_an_mmsc_speak_tls_as_well(two: TwoCertificates) -> None:
    async with http_peer(lambda _: TAKEN, tls=two.tls) as peer:
        url = f"https://localhost:{peer.port}/"
        mmsc = Mm7Gateway(
            url,
            encoder=QuickEncoder(),
            clock=SetClock(),
            options=mm7_options(ca_file=two.right.certificate),
        )
        receiver = Receiver(
            Destination.of(url),
            allowed=[ip_network("127.0.0.0/8"), ip_network("::1/128")],
            resolve=system_resolve,
            tls=trusting(two.right.certificate),
            connections=1,
        )
        async with opened(mmsc):
            for probe in (mmsc._probe, receiver.probe):
                two.show(two.wrong)
                with pytest.raises(ssl.SSLCertVerificationError):
                    await probe()
                two.show(two.right)
                await probe()
        await receiver.close()
