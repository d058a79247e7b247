"""The MMS gateway and an MMSC beside each other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.voice.encode.pool import PoolEncoder
from tests.fakes.clock_and_chance import SetClock
from tests.wire.gateway_options import mm7_options
from tests.wire.mmsc import Mmsc, running_mmsc

OPTIONS = mm7_options(
    sender="2440",
    vasp_id="telco",
    vas_id="personsvar",
    service_code="vm",
    first_pause_seconds=0.02,
    longest_pause_seconds=0.08,
)


@dataclass(frozen=True)
class GatewayAndMmsc:
    mmsc: Mmsc
    gateway: Mm7Gateway


@asynccontextmanager
async def open_mms_gateway(
    encoder: PoolEncoder, options: Mm7Options = OPTIONS
) -> AsyncIterator[GatewayAndMmsc]:
    """Open, with an MMSC that takes everything."""
    async with running_mmsc() as mmsc:
        gateway = Mm7Gateway(mmsc.url, encoder=encoder, clock=SetClock(), options=options)
        await gateway.open()
        try:
            yield GatewayAndMmsc(mmsc, gateway)
        finally:
            await gateway.close()
