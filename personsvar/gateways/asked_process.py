"""A process of our own program that answers over pipes: begun when it is asked, ended, and begun anew."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

_PYTHON = ("-I", "-X", "utf8", "-m")
"""-I: of the environment, and of the folder it is started in, nothing counts."""


class ProcessGoneError(Exception):
    """It ended and gave no answer."""

    def __init__(self, returned: int | None) -> None:
        super().__init__(f"it returned {returned}")
        self.returned = returned

    @property
    def is_out_of_time(self) -> bool:
        """It used up its seconds of CPU: it would again."""
        return self.returned == -signal.SIGXCPU


@dataclass
class AskedProcess:
    """One question at a time: whoever asks sees to that. It answers each with a line of JSON."""

    module: str
    arguments: Callable[[], Sequence[str]]
    """What it is told as it begins."""
    seconds: float
    """It is ended when an answer takes longer, by the clock on the wall."""
    longest_answer: int
    """In bytes."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """All that it has of it."""
    _process: Process | None = field(default=None, init=False)
    _is_closed: bool = field(default=False, init=False)

    @property
    def pid(self) -> int | None:
        """Of the process there is."""
        return None if self._process is None else self._process.pid

    async def ask(self, question: bytes) -> Mapping[str, Any]:
        """What it answers. Raise ProcessGoneError, TimeoutError, ValueError (no JSON): then it is ended."""
        try:
            async with asyncio.timeout(self.seconds):
                said = await self._said(question)
            answer: Mapping[str, Any] = json.loads(said)
        except BaseException:  # nobody waits any more, or it is gone: what it says next answers nothing
            await self.end()
            raise
        return answer

    async def end(self) -> int | None:
        """It is gone when this returns, with what it began; what it returned."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return await process.wait()  # somebody may be waiting for its answer: what it said is not read here

    async def close(self) -> None:
        """It is gone, and none begins any more."""
        self._is_closed = True
        await self.end()

    async def _said(self, question: bytes) -> bytes:
        process = self._process = self._process or await self._begun()
        if self._is_closed:
            raise ProcessGoneError(await self.end())
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("it was begun with both")
        process.stdin.write(question)
        with suppress(ConnectionError):  # it is gone: it says nothing, either
            await process.stdin.drain()
        said = await process.stdout.readline()
        if not said.endswith(b"\n"):
            raise ProcessGoneError(await self.end())
        return said

    async def _begun(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *_PYTHON, self.module, *self.arguments()),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=dict(self.environment),
            limit=self.longest_answer,
            start_new_session=True,
        )
