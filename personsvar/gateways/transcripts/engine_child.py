"""The process that hears speech, from outside: begun when needed, asked over pipes, ended and begun anew."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from personsvar.gateways.transcripts.engine_bounds import EngineBounds, memory_for

LONGEST_ANSWER = 4_000_000
"""Of three minutes in which somebody speaks without a pause: a hundredth of it."""
_PROGRAM = ("-I", "-X", "utf8", "-m", "personsvar.gateways.transcripts.engine_process")
"""-I: of the environment, and of the folder it is started in, nothing counts."""
_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


class EngineGoneError(Exception):
    """It ended and gave no answer."""

    def __init__(self, returned: int | None) -> None:
        super().__init__(f"it returned {returned}")
        self.returned = returned

    @property
    def is_out_of_time(self) -> bool:
        """It used up its seconds of CPU: it would again."""
        return self.returned == -signal.SIGXCPU


class EngineChild:
    """One recording at a time: whoever asks sees to that."""

    def __init__(self, folder: Path, bounds: EngineBounds) -> None:
        self._folder = folder
        self._bounds = bounds
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process there is."""
        return None if self._process is None else self._process.pid

    async def ask(self, alaw: bytes, language: str) -> Mapping[str, Any]:
        """What it answers. Raise EngineGoneError, or TimeoutError when it took too long: then it is ended."""
        try:
            async with asyncio.timeout(self._bounds.wall_seconds):
                said = await self._said(self._question(alaw, language))
            answer: Mapping[str, Any] = json.loads(said)
        except BaseException:  # nobody waits any more, or it is gone: what it says next answers nothing
            await self.end()
            raise
        return answer

    async def end(self) -> int | None:
        """It is gone when this returns; what it returned."""
        process, self._process = self._process, None
        if process is None:
            return None
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return await process.wait()  # somebody may be waiting for its answer: what it said is not read here

    def _question(self, alaw: bytes, language: str) -> bytes:
        asked = {"language": language, "bytes": len(alaw), "cpu_seconds": self._bounds.cpu_seconds}
        return json.dumps(asked).encode() + b"\n" + alaw

    async def _said(self, question: bytes) -> bytes:
        process = self._process = self._process or await self._begun()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("it was begun with both")
        process.stdin.write(question)
        with suppress(ConnectionError):  # it is gone: it says nothing, either
            await process.stdin.drain()
        said = await process.stdout.readline()
        if not said.endswith(b"\n"):
            raise EngineGoneError(await self.end())
        return said

    async def _begun(self) -> Process:
        told = (str(self._folder), str(os.getpid()), str(self._bounds.nice), str(memory_for(self._folder)))
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *_PROGRAM, *told),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=_ENVIRONMENT,
            limit=LONGEST_ANSWER,
            start_new_session=True,
        )
