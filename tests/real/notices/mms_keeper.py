"""The MMS gateway and an MMSC beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from personsvar.gateways.mms.mm7_gateway import Mm7Gateway
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.voice.encode.pool import PoolEncoder
from tests.patience import patience
from tests.wire.gateway_options import mm7_options
from tests.wire.mms_letter import NOON
from tests.wire.mmsc import Mmsc, running_mmsc

OPTIONS = mm7_options(
    sender="2440",
    vasp_id="telco",
    vas_id="personsvar",
    service_code="vm",
    first_pause_seconds=0.02,
    longest_pause_seconds=0.08,
)


class AtNoon:
    def now(self) -> datetime:
        return NOON


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
        gateway = Mm7Gateway(mmsc.url, encoder=encoder, clock=AtNoon(), options=options)
        await gateway.open()
        try:
            yield GatewayAndMmsc(mmsc, gateway)
        finally:
            await gateway.close()


async def until(true: Callable[[], bool], *, limit_seconds: float = 20) -> None:
    async with asyncio.timeout(patience(limit_seconds)):
        while not true():  # noqa: ASYNC110 - what is looked at sets no event
            await asyncio.sleep(0.005)
