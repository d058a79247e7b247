"""Whether anybody is there.

The first connection that can't be made takes the gateway out: no notice is given to it. From then on somebody
knocks (opens a connection and closes it), after 1 s, 2 s, 4 s … 30 s, each times 0.5 to 1.5 so that many
notifiers do not knock at once; the first time somebody opens, the gateway is back. No notice serves as the
probe. The pause begins at 1 s again only after an answer: behind an open door the TLS may still be wrong.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
KNOCK_SECONDS = 5.0


class Reach:
    def __init__(
        self,
        name: str,
        knock: Callable[[], Awaitable[None]],
        *,
        jitter: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._name = name
        self._knock = knock
        self._jitter = jitter
        self._sleep = sleep
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._knocking: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        return self._knocking is None

    def lost(self) -> None:
        """A connection could not be made."""
        if self._knocking is None:
            log.warning("the gateway is away", extra={"gateway": self._name})
            self._knocking = asyncio.create_task(self._until_opened())

    def found(self) -> None:
        """It answered."""
        self._pause_seconds = FIRST_PAUSE_SECONDS

    async def close(self) -> None:
        if self._knocking is not None:
            self._knocking.cancel()
            await asyncio.wait([self._knocking])
            self._knocking = None

    async def _until_opened(self) -> None:
        await self._pause()
        while not await self._opened():
            await self._pause()
        log.info("the gateway is back", extra={"gateway": self._name})
        self._knocking = None

    async def _pause(self) -> None:
        seconds = self._pause_seconds
        self._pause_seconds = min(seconds * 2, LONGEST_PAUSE_SECONDS)
        await self._sleep(seconds * (0.5 + self._jitter()))

    async def _opened(self) -> bool:
        try:
            async with asyncio.timeout(KNOCK_SECONDS):
                await self._knock()
        except OSError:  # TimeoutError is one of them
            return False
        return True


async def knock(host: str, port: int) -> None:
    """Raise OSError when nobody opens."""
    _, writer = await asyncio.open_connection(host, port)
    writer.close()
    await writer.wait_closed()
