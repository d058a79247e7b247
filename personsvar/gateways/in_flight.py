"""What a gateway has under way, so that closing can wait for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

FINISH_SECONDS = 5.0


class InFlight:
    """Counts hand-overs: `with in_flight.one(): …` around each, and at last `await in_flight.end()`."""

    def __init__(self) -> None:
        self._under_way = 0
        self._none_left = asyncio.Event()
        self._none_left.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        self._under_way += 1
        self._none_left.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if self._under_way == 0:
                self._none_left.set()

    async def end(self, *, within_seconds: float = FINISH_SECONDS) -> bool:
        """Wait until none is left; False when some took longer than they may."""
        try:
            async with asyncio.timeout(within_seconds):
                await self._none_left.wait()
        except TimeoutError:
            return False
        return True
