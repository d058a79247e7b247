"""Feeds are read in processes of their own, which are ended when one takes too long."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from personsvar.gateways.asked_process import AskedProcess, ProcessGoneError
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import BusyReason, BusySpell, FeedTrouble

log = logging.getLogger(__name__)

AT_ONCE = 2
LONGEST_ANSWER = 1_000_000
"""Ten times what the most appointments that are taken need."""
_PROGRAM = "personsvar.gateways.calendar.reading_process"


@dataclass(frozen=True, slots=True)
class ReadingBounds:
    """What reading one feed may take. The largest that people have takes 2 s and 60 MB."""

    seconds: float = 30
    """By the clock on the wall: other feeds are read beside it, and calls come first."""
    cpu_seconds: int = 10
    memory_bytes: int = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class FeedQuestion:
    """What is asked of a feed: from when to when, in whose time zone, and which word counts."""

    since: datetime
    until: datetime
    time_zone: str
    word: str = field(default="", repr=False)

    def of(self, content: bytes) -> bytes:
        """As the reading process takes it: a line, and the feed."""
        since, until = self.since.timestamp(), self.until.timestamp()
        asked = {"since": since, "until": until, "zone": self.time_zone, "word": self.word}
        return json.dumps({**asked, "bytes": len(content)}).encode() + b"\n" + content


class FeedReader:
    """Reads feeds, a few at once, on one event loop. No process begins before a feed; close it after use."""

    def __init__(self, bounds: ReadingBounds | None = None, *, at_once: int = AT_ONCE) -> None:
        self._processes = [_ReadingProcess(bounds or ReadingBounds()) for _ in range(at_once)]
        # last in, first out: where few feeds change one process does
        self._free: asyncio.LifoQueue[_ReadingProcess] = asyncio.LifoQueue()
        for process in self._processes:
            self._free.put_nowait(process)

    async def read(self, content: bytes, question: FeedQuestion) -> tuple[tuple[BusySpell, ...], int]:
        """The times that count, and how many appointments could not be read. Raise FeedFailedError."""
        process = await self._free.get()
        try:
            answer = await process.ask(question.of(content))
        finally:
            self._free.put_nowait(process)
        return _understood(answer)

    async def close(self) -> None:
        for process in self._processes:
            await process.close()


class _ReadingProcess:
    """One feed at a time; begun anew after it was ended."""

    def __init__(self, bounds: ReadingBounds) -> None:
        told = (str(bounds.cpu_seconds), str(bounds.memory_bytes))
        self._process = AskedProcess(_PROGRAM, lambda: told, bounds.seconds, LONGEST_ANSWER)

    async def ask(self, asked: bytes) -> Mapping[str, Any]:
        try:
            return await self._process.ask(asked)
        except TimeoutError as late:
            raise FeedFailedError(FeedTrouble.TOO_SLOW) from late
        except ProcessGoneError as gone:
            log.warning("the process that reads calendars ended", extra={"returned": gone.returned})
            raise FeedFailedError(FeedTrouble.TOO_SLOW) from gone

    async def close(self) -> None:
        """It is gone when this returns, with the child that reads; none begins any more."""
        await self._process.close()


def _understood(answer: Mapping[str, Any]) -> tuple[tuple[BusySpell, ...], int]:
    if "trouble" in answer:
        raise FeedFailedError(FeedTrouble(answer["trouble"]))
    spells = (
        BusySpell(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC), BusyReason(reason))
        for since, until, reason in answer["spells"]
    )
    return tuple(spells), answer["unread"]
