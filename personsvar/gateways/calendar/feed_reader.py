"""A feed is read in a process of its own, which is ended when it takes too long."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import BusyReason, BusySpell, FeedTrouble

log = logging.getLogger(__name__)

AT_ONCE = 2
_PROGRAM = ("-I", "-X", "utf8", "-m", "personsvar.gateways.calendar.reading_process")
"""-I: of the environment, and of the folder it is started in, nothing counts."""


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

    def written(self) -> bytes:
        since, until = self.since.timestamp(), self.until.timestamp()
        asked = {"since": since, "until": until, "zone": self.time_zone, "word": self.word}
        return json.dumps(asked).encode() + b"\n"


class FeedReader:
    """Reads feeds, a few at once. One on each event loop."""

    def __init__(self, bounds: ReadingBounds | None = None, *, at_once: int = AT_ONCE) -> None:
        self._bounds = bounds or ReadingBounds()
        self._turns = asyncio.Semaphore(at_once)

    async def read(self, content: bytes, question: FeedQuestion) -> tuple[tuple[BusySpell, ...], int]:
        """The times that count, and how many appointments could not be read. Raise FeedFailedError."""
        async with self._turns:
            process = await self._started()
            try:
                async with asyncio.timeout(self._bounds.seconds):
                    said, _ = await process.communicate(question.written() + content)
            except TimeoutError as late:
                raise FeedFailedError(FeedTrouble.TOO_SLOW) from late
            finally:
                await _end(process)
        return _understood(_answer(process.returncode, said))

    async def _started(self) -> Process:
        bounds = (str(self._bounds.cpu_seconds), str(self._bounds.memory_bytes))
        return await asyncio.create_subprocess_exec(
            sys.executable, *_PROGRAM, *bounds, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
        )


async def _end(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _answer(returned: int | None, said: bytes) -> Mapping[str, Any]:
    if returned == 0:
        answer: Mapping[str, Any] = json.loads(said)
        return answer
    if returned not in (-signal.SIGXCPU, -signal.SIGKILL):
        log.warning("a calendar's reader ended before its time", extra={"returned": returned})
    raise FeedFailedError(FeedTrouble.TOO_SLOW)


def _understood(answer: Mapping[str, Any]) -> tuple[tuple[BusySpell, ...], int]:
    if "trouble" in answer:
        raise FeedFailedError(FeedTrouble(answer["trouble"]))
    spells = (
        BusySpell(datetime.fromtimestamp(since, UTC), datetime.fromtimestamp(until, UTC), BusyReason(reason))
        for since, until, reason in answer["spells"]
    )
    return tuple(spells), answer["unread"]
