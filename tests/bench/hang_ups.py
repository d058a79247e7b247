"""Callers who leave a short message, several at once, and when each of them hung up."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from personsvar.mailbox.model.ids import Number
from tests.bench import tables
from tests.real.walks import Telephone, leave, reach

AT_ONCE = 4


async def hang_ups(telephone: Telephone, mailbox: Number, numbers: range) -> Mapping[str, float]:
    """By the last five digits of the caller, +47 900 and those; by `time.monotonic`."""
    tables.tell(f"{len(numbers)} calls, {AT_ONCE} at once")
    places = asyncio.Semaphore(AT_ONCE)
    hung_up: dict[str, float] = {}

    async def one(number: str) -> None:
        async with places:
            phone = await asyncio.to_thread(reach, telephone, mailbox, f"+47900{number}")
            hung_up[number] = await asyncio.to_thread(leave, phone, seconds=0.5)

    await asyncio.gather(*(one(f"{number:05}") for number in numbers))
    return hung_up
