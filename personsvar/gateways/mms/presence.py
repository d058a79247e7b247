"""Whether the MMSC is there. When it is not, it is looked for: after 1 s, 2 s, 4 s … 30 s.

A probe is a connection, opened and closed. The pauses grow until the MMSC has answered a message: one that
lets itself be called and then fails is left alone longer and longer.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

PROBE_SECONDS = 5.0


class Presence:
    def __init__(
        self, url: str, *, name: str, first_pause_seconds: float, longest_pause_seconds: float
    ) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._name = name
        self._first, self._longest = first_pause_seconds, longest_pause_seconds
        self._pause = first_pause_seconds
        self._looking: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        return self._looking is None

    def answered(self) -> None:
        """It spoke to us."""
        self._pause = self._first
        self._stop_looking()

    def gone(self, why: str) -> None:
        """Nobody took the call."""
        if self._looking is None:
            log.warning("the MMSC is away", extra={"gateway": self._name, "why": why})
            self._looking = asyncio.create_task(self._look())

    def close(self) -> None:
        self._stop_looking()

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(self._pause)
            self._pause = min(self._pause * 2, self._longest)
            if await self._is_there():
                break
        log.info("the MMSC is back", extra={"gateway": self._name})
        self._looking = None

    async def _is_there(self) -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                _, writer = await asyncio.open_connection(self._host, self._port)
        except OSError:  # a time-out is one too
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    def _stop_looking(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
